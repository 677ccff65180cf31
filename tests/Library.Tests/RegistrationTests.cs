using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Testing;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Memory;
using GuestMachine = PpcJit.Lab.Testing.GuestMachine;

namespace PpcJit.Library.Tests;

/// <summary>Boards, devices, boot protocols and checks of somebody else.</summary>
public sealed class RegistrationTests
{
    private const uint LampAddress = 0xf0400000;

    /// <summary><c>lis r4,0xf040; stw r3,0(r4); lwz r5,0(r4); b .</c></summary>
    private static readonly byte[] Program = [0x3c, 0x80, 0xf0, 0x40, 0x90, 0x64, 0, 0, 0x80, 0xa4, 0, 0, 0x48, 0, 0, 0];

    [OneTimeSetUp]
    public void RegisterBoard() => BoardCatalog.Register(Ref405ep.Description.Extend(
        "ref405ep-lamp", "a 405EP board with a lamp", board => board.AddMmio("LAMP", LampAddress, 4, new Lamp())));

    [Test]
    public void A_board_with_a_device_of_its_own_is_booted_by_a_protocol_of_its_own()
    {
        GuestOptions options = new() { Board = "REF405EP-LAMP", LoadAddress = 0x10000, BootProtocol = new InRegister3(0x2a) };
        using GuestMachine m = GuestMachine.Boot(Program, options);
        Assert.That(m.Board.Name, Is.EqualTo("ref405ep-lamp"));
        Lamp lamp = m.Board.DevicesOf<Lamp>().Single();
        m.Step(2);
        Assert.That(lamp.Brightness, Is.EqualTo(0x2a));
        m.Step();
        Assert.That(m.Registers.R5, Is.EqualTo(0x2a));
        m.Back(2);
        Assert.That(lamp.Brightness, Is.Zero, "The device goes back with the board.");
        m.Registers.R3 = 7;
        m.Step();
        Assert.That(lamp.Brightness, Is.EqualTo(7));
        Assert.That(() => m.SaveRun("run"), Throws.TypeOf<GuestException>());
    }

    [Test]
    public void An_extended_board_boots_what_its_base_does_and_is_in_the_catalog()
    {
        Assert.That(BoardCatalog.All.Select(board => board.Name), Has.Member("ref405ep-lamp").And.Member("walnut"));
        Assert.That(BoardCatalog.All[0], Is.SameAs(BoardCatalog.Default));
        using GuestMachine m = GuestMachine.Boot("guest:demo", new GuestOptions { Board = "ref405ep-lamp" });
        m.RunUntil("DEMO-OK");
    }

    [Test]
    public void A_name_is_taken_once()
    {
        Assert.That(() => BoardCatalog.Register(Walnut.Description), Throws.ArgumentException.With.Message.Contains("walnut"));
        BoardDescription another = Ref405ep.Description with { Name = "other" };
        Assert.That(() => BoardCatalog.Register(another), Throws.ArgumentException.With.Message.Contains("ref405ep"));
        Assert.That(() => CheckCatalog.Register("null-access", () => new FirstException("null-access")), Throws.ArgumentException);
        Assert.That(() => CheckCatalog.Register("Not a name", () => new FirstException("")), Throws.ArgumentException);
    }

    [Test]
    public void A_check_of_somebody_else_is_used_by_a_scenario()
    {
        CheckCatalog.Register("first-system-call", () => new FirstException("first-system-call"));
        Scenario scenario = ScenarioReader.Read("mine.yaml",
            """
            title: A check from outside
            board: ref405ep-lamp
            image: guest:demo
            checks: [first-system-call]
            end: {instructions: 5M}
            expect: {finding: first-system-call}
            """, new Dictionary<string, string>());
        ScenarioReport report = ScenarioRunner.Run(
            scenario, new RunSettings("interpreter", processor => new InterpreterEngine(processor), 1, 0, 1));
        Assert.That(report.Cases.Single().Finding?.Check, Is.EqualTo("first-system-call"));
    }

    /// <summary>A register that keeps what is written.</summary>
    private sealed class Lamp : WordDevice
    {
        public uint Brightness { get; private set; }

        public override void Save(StateWriter writer) => writer.Write(Brightness);

        public override void Load(StateReader reader) => Brightness = reader.ReadUInt32();

        protected override uint ReadWord(uint offset) => Brightness;

        protected override void WriteWord(uint offset, uint value, uint lanes) => Brightness = (Brightness & ~lanes) | value;
    }

    /// <summary>Hands over a number in r3.</summary>
    private sealed class InRegister3(uint value) : IBoardFirmware
    {
        public string Name => "a number in r3";

        public uint BaudRate => 115200;

        public BootRegisters Start(Board board, IHandOver handOver) => new(handOver.PlaceStack(), value);
    }

    /// <summary>Finds the first system call.</summary>
    private sealed class FirstException(string name) : ICheck
    {
        public string Name => name;

        public void Prepare(GuestView guest, WatchList watches)
        {
        }

        public void Observe(in GuestEvent happened, GuestView guest)
        {
            if (happened.Takes(Machine.Cpu.ExceptionKind.SystemCall))
                guest.Report(new Finding(Name, Name, "The first system call.", happened.Count, happened.Pc, WrongValue.None));
        }

        public ICheck Fork() => new FirstException(name);
    }
}
