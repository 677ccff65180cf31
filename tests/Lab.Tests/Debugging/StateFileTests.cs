using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Debugging;

[TestFixture]
internal sealed class StateFileTests
{
    private const ulong Saved = 700_001;
    private const ulong Later = 1_500_000;
    private string _folder = "";

    private string Path => System.IO.Path.Combine(_folder, "state");

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_state_of_one_engine_goes_on_in_the_other_as_the_straight_run_does([Values] bool jitSaves, [Values("demo", "uarea")] string guest)
    {
        (ulong atSave, ulong end, string printed) = Save(guest, jitSaves);
        using Machine other = new(guest, !jitSaves);
        StateFile state = StateFile.Read(Path, other.Board);
        state.Load(other.Guest, other.Start);
        Assert.That((state.Count, other.Guest.Count, other.Board.StateHash()), Is.EqualTo((Saved, Saved, atSave)));
        other.Guest.Run(Later);
        Assert.That(other.Board.StateHash(), Is.EqualTo(end));
        Assert.That(printed, Does.EndWith(other.Printed));
        if (guest == "uarea")
            Assert.That(other.Printed, Is.Not.Empty);
    }

    [Test]
    public void Text_that_waits_for_its_prompt_is_part_of_a_state()
    {
        using (Machine first = new("demo", jit: false))
        {
            first.Guest.GiveText("later"u8, "never shown"u8);
            first.Guest.Run(Saved);
            Write(first);
        }

        using Machine second = new("demo", jit: false);
        StateFile.Read(Path, second.Board).Load(second.Guest, second.Start);
        Assert.That(second.Guest.ExpectsInput, Is.True);
    }

    [Test]
    public void A_broken_state_is_refused_wherever_it_is_broken()
    {
        Save("demo", jit: false);
        byte[] good = File.ReadAllBytes(Path);
        using Machine machine = new("demo", jit: false);
        Random random = new(1);
        for (int n = 0; n < 60; n++)
        {
            byte[] bad = [.. good];
            if (n % 3 == 0)
                bad = bad[..random.Next(1, bad.Length)];
            else if (n % 3 == 1)
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            else
                bad[random.Next(200)] = (byte)random.Next(256);
            if (bad.AsSpan().SequenceEqual(good))
                continue;
            File.WriteAllBytes(Path, bad);
            Assert.That(() => StateFile.Read(Path, machine.Board), Throws.TypeOf<InputException>().With.Message.Contains(Path));
        }
    }

    [Test]
    public void A_file_is_refused_that_is_larger_than_a_state_can_be()
    {
        using Machine machine = new("demo", jit: false);
        using (FileStream sparse = File.OpenWrite(Path))
            sparse.SetLength(machine.Board.Memory.RamSize + (64L << 20));
        Assert.That(() => StateFile.Read(Path, machine.Board),
            Throws.TypeOf<InputException>().With.Message.Contains("the most that a state of this board has"));
    }

    [TestCase("image ", "image")]
    [TestCase("version ", "version")]
    [TestCase("board ", "board")]
    [TestCase("memory ", "memory")]
    public void A_state_of_something_else_is_refused_by_name(string line, string name)
    {
        Save("demo", jit: false);
        Forge(text => text.Replace($"\n{line}", $"\n{line}x"));
        using Machine machine = new("demo", jit: false);
        Assert.That(() => StateFile.Read(Path, machine.Board).Load(machine.Guest, machine.Start),
            Throws.TypeOf<InputException>().With.Message.Contains($"was saved with {name} x"));
    }

    [Test]
    public void A_state_whose_contents_are_not_those_that_it_says_is_refused()
    {
        Save("demo", jit: false);
        Forge(text => text.Replace("count 700001", "count 700002"));
        using Machine machine = new("demo", jit: false);
        Assert.That(() => StateFile.Read(Path, machine.Board).Load(machine.Guest, machine.Start),
            Throws.TypeOf<InputException>().With.Message.Contains("state hash"));
    }

    /// <summary>Changes the description and makes the checksum right again.</summary>
    private void Forge(Func<string, string> change)
    {
        byte[] file = File.ReadAllBytes(Path);
        int first = file.AsSpan().IndexOf("sha256 "u8) + 72;
        int end = file.AsSpan().IndexOf("\n\n"u8) + 2;
        byte[] rest = [.. Encoding.ASCII.GetBytes(change("\n" + Encoding.ASCII.GetString(file[first..end]))[1..]), .. file[end..]];
        string sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(rest));
        File.WriteAllBytes(Path, [.. Encoding.ASCII.GetBytes($"ppcjit-state 1\nsha256 {sum}\n"), .. rest]);
    }

    private (ulong AtSave, ulong End, string Printed) Save(string guest, bool jit)
    {
        using Machine machine = new(guest, jit);
        machine.Guest.Run(Saved);
        ulong atSave = machine.Board.StateHash();
        Write(machine);
        machine.Guest.Run(Later);
        return (atSave, machine.Board.StateHash(), machine.Printed);
    }

    private void Write(Machine machine)
    {
        using OutputFile file = OutputFile.Open("", Path);
        StateFile.Write(machine.Guest, machine.Start, file);
        file.Commit();
    }

    private sealed class Machine : IDisposable
    {
        private readonly MemoryStream _console = new();
        private readonly IEngine _engine;

        public Machine(string guest, bool jit)
        {
            BootOptions options = new() { ImagePath = "guest:" + guest };
            Board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions { MemoryBytes = 16 << 20 });
            GuestLoader.Load(Board, options);
            _engine = jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
            ReadOnlyMemory<byte> image = GuestLoader.ReadImage(options, Board.Memory.RamSize);
            Start = new RunStart(Board, image, options, RunIdentity.Of(Board, image, options, typed: null));
            Guest = new GuestMachine(Board, _engine, new SilentConsole(_console));
        }

        public Board Board { get; }

        public RunStart Start { get; }

        public GuestMachine Guest { get; }

        public string Printed => Encoding.Latin1.GetString(_console.ToArray());

        public void Dispose()
        {
            _engine.Dispose();
            Board.Dispose();
        }
    }
}
