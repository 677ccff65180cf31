using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.WholeSystem.Tests;

/// <summary>
/// Walks back and forth over a boot of Linux into which keys and frames come: wherever a walk ends, the machine is in
/// the state of a straight run.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class LinuxWalkTests(bool jit)
{
    private const int Walks = 50;
    private const ulong End = 40_000_000;
    private const ulong Step = 1_000_000;
    private string _path = "";

    [SetUp]
    public void Prepare() => _path = Path.GetTempFileName();

    [TearDown]
    public void Remove() => File.Delete(_path);

    [Test]
    public void Random_walks_end_in_the_state_of_a_straight_run()
    {
        ulong[] hashes = new ulong[(int)(End / Step) + 1];
        using (Guest straight = new(_path, jit: true))
        {
            for (ulong count = 0; count <= End; count += Step)
            {
                Assert.That(straight.Machine.Run(count), Is.EqualTo(StopReason.None), straight.Printed);
                hashes[count / Step] = straight.Board.StateHash();
            }

            Assert.That(straight.Printed, Does.Contain("eth0: link is up"));
            Assert.That((straight.Machine.Inputs.Keys.Count, straight.Board.Ethernet[0].FramesArrived), Is.EqualTo((20, 40ul)));
        }

        using Guest guest = new(_path, jit);
        using Timeline timeline = new(guest.Machine, new TimelineOptions { MaxBytes = 64 << 20 });
        timeline.GoTo(new Moment(End));
        Random random = new(405);
        for (int walk = 0; walk < Walks; walk++)
        {
            string way = Wander(timeline, random);
            ulong count = (ulong)random.Next(hashes.Length) * Step;
            timeline.GoTo(new Moment(count));
            Assert.That(guest.Board.StateHash(), Is.EqualTo(hashes[count / Step]), $"walk {walk}: {way}, then to {count}");
        }
    }

    private static unsafe string Wander(Timeline timeline, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                ulong back = (ulong)random.Next(1, random.Next(2, 3_000_000));
                timeline.StepBack(back);
                return $"back {back}";
            case 1:
                timeline.FindLast(new ExceptionProbe(Kind: null));
                return "last exception";
            case 2:
                timeline.FindNext(new ExceptionProbe(ExceptionKind.SystemCall), Math.Min(End, timeline.Present.Count + 500_000));
                return "next system call";
            default:
                uint stack = timeline.Machine.Board.Processor.State->Gpr[1];
                timeline.FindNext(new AccessProbe(stack, 4, Reads: false, Writes: true), Math.Min(End, timeline.Present.Count + 200_000));
                return $"next write of 0x{stack:x8}";
        }
    }

    private sealed class Guest : IDisposable
    {
        private readonly MemoryStream _console = new();
        private readonly IEngine _engine;
        private readonly GuestNetwork _network;

        public Guest(string path, bool jit)
        {
            BootOptions options = new() { ImagePath = LinuxImages.Find(LinuxImages.Direct), CommandLine = "console=ttyS0,115200 mode=shell" };
            RunFile run = Recorded(path);
            Board = run.CreateBoard(path);
            _network = GuestNetwork.Open(Board, run.Connect(Board, new NetworkSettings()));
            GuestLoader.Load(Board, options);
            _engine = jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
            Machine = new GuestMachine(Board, _engine, new SilentConsole(_console), _network);
            run.Follow(Machine);
        }

        public Board Board { get; }

        public GuestMachine Machine { get; }

        public string Printed => Encoding.Latin1.GetString(_console.ToArray());

        public void Dispose()
        {
            _engine.Dispose();
            _network.Dispose();
            Board.Dispose();
        }

        /// <summary>A line that is typed at the shell's prompt, then keys, and broadcasts of a host that asks who the guest is.</summary>
        private static RunFile Recorded(string path)
        {
            StringBuilder text = new("ppcjit-run 1 ref405ep\nrun memory 134217728\nrun clock 333333330\nrun image 00\n"
                + "port EMAC0 02:00:40:05:00:00\n");
            text.Append($"text 0 none {Convert.ToHexStringLower("ifconfig eth0 10.0.2.15 up\nls -l /bin /proc\n"u8)}\n");
            for (int n = 0; n < 20; n++)
                text.Append($"key {30_000_000 + (400_000 * n)} {(n % 10 == 9 ? 0x0d : 'a' + n):x2}\n");
            const string Question = "ffffffffffff52550a0002020806000108000604000152550a0002020a0002020000000000000a00020f";
            for (int n = 0; n < 40; n++)
                text.Append($"in {29_000_000 + (250_000 * n)} EMAC0 {Question}\n");
            text.Append($"end {End} going-on none\n");
            File.WriteAllText(path, text.ToString());
            return RunFile.Read(path);
        }
    }
}
