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

namespace PpcJit.Inspector.Timelines;

/// <summary>
/// Walks back and forth at random over a boot of Linux into which keys and frames come, with probes and changes on the way:
/// wherever a walk ends, the machine
/// must be in the state of a straight run.
/// </summary>
internal sealed class LinuxWalk : IDisposable
{
    /// <summary>Where the run ends.</summary>
    public const ulong End = 40_000_000;

    private const ulong Step = 1_000_000;
    private readonly WalkedLinux _guest;
    private readonly Timeline _timeline;
    private readonly ulong[] _hashes;
    private readonly Random _random;

    /// <summary>Runs a guest to the end of what is walked over.</summary>
    /// <param name="image">The Linux guest's image without a wrapper.</param>
    /// <param name="jit">Whether the fast engine runs it.</param>
    /// <param name="hashes">The states of a straight run: <see cref="Straight"/>.</param>
    /// <param name="seed">Another seed gives other walks.</param>
    public LinuxWalk(string image, bool jit, ulong[] hashes, int seed)
    {
        _guest = new WalkedLinux(image, jit);
        _timeline = new Timeline(_guest.Machine, new TimelineOptions { MaxBytes = 64 << 20 });
        (_hashes, _random) = (hashes, new Random(seed));
        _timeline.GoTo(new Moment(End));
    }

    /// <summary>Runs a guest from its first instruction to the end, and gives the states on the way.</summary>
    /// <param name="guest">The guest.</param>
    /// <exception cref="InvalidOperationException">It stopped before.</exception>
    public static ulong[] Straight(WalkedLinux guest)
    {
        ulong[] hashes = new ulong[(int)(End / Step) + 1];
        for (ulong count = 0; count <= End; count += Step)
        {
            if (guest.Machine.Run(count) is var reason && reason != StopReason.None)
                throw new InvalidOperationException($"The guest stopped at {guest.Machine.Present}: {reason}.");
            hashes[count / Step] = guest.Board.StateHash();
        }

        return hashes;
    }

    /// <summary>Walks once.</summary>
    /// <returns>The way, when the machine is in another state at its end than a straight run; null when all is well.</returns>
    public string? Walk()
    {
        string way = Wander();
        ulong count = (ulong)_random.Next(_hashes.Length) * Step;
        _timeline.GoTo(new Moment(count));
        return Same(count) ? null : $"{way}, then to {count}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timeline.Dispose();
        _guest.Dispose();
    }

    private bool Same(ulong count) => _guest.Board.StateHash() == _hashes[count / Step];

    private unsafe string Wander()
    {
        switch (_random.Next(6))
        {
            case 0:
                ulong back = (ulong)_random.Next(1, _random.Next(2, 3_000_000));
                _timeline.StepBack(back);
                return $"back {back}";
            case 1:
                _timeline.FindLast(new ExceptionProbe(Kind: null));
                return "last exception";
            case 2:
                _timeline.FindNext(new ExceptionProbe(ExceptionKind.SystemCall), Math.Min(End, _timeline.Present.Count + 500_000));
                return "next system call";
            case 3:
                uint stack = _guest.Board.Processor.State->Gpr[1];
                _timeline.FindNext(new AccessProbe(stack, 4, Reads: false, Writes: true), Math.Min(End, _timeline.Present.Count + 200_000));
                return $"next write of 0x{stack:x8}";
            case 4:
                return Divert(backBefore: false);
            default:
                return Divert(backBefore: true);
        }
    }

    /// <summary>Changes something, which begins another run, goes some way there, and gives the first run back.</summary>
    private string Divert(bool backBefore)
    {
        Moment here = _timeline.Present;
        Diversion diversion = _timeline.BeginDiversion();
        int register = _random.Next(14, 32);
        _timeline.Change(new GprInjection(register, (uint)_random.Next()));
        ulong length = (ulong)_random.Next(1, 300_000);
        _timeline.GoTo(new Moment(here.Count + length));
        string way = $"r{register} changed at {here}, on by {length}";
        ulong before = here.Count / Step * Step;
        if (backBefore && before < here.Count)
        {
            _timeline.GoTo(new Moment(before));
            if (!Same(before))
                return $"{way}, back to {before} (another state)";
        }

        return _timeline.EndDiversion(diversion) ? way : $"{way} (no way back)";
    }
}

/// <summary>A Linux into which keys and frames come.</summary>
internal sealed class WalkedLinux : IDisposable
{
    /// <summary>Keys that enter.</summary>
    public const int Keys = 20;

    /// <summary>Frames that enter.</summary>
    public const int Frames = 40;

    private readonly MemoryStream _console = new();
    private readonly IEngine _engine;
    private readonly GuestNetwork _network;

    /// <summary>Boots it; it stands at its first instruction.</summary>
    public WalkedLinux(string image, bool jit)
    {
        BootOptions options = new() { ImagePath = image, CommandLine = "console=ttyS0,115200 mode=shell" };
        RunFile run = Recorded();
        Board = run.CreateBoard("the walk");
        _network = GuestNetwork.Open(Board, run.Connect(Board, new NetworkSettings()));
        GuestLoader.Load(Board, options);
        _engine = jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
        Machine = new GuestMachine(Board, _engine, new SilentConsole(_console), _network);
        run.Follow(Machine);
    }

    public Board Board { get; }

    public GuestMachine Machine { get; }

    /// <summary>What it printed.</summary>
    public string Printed => Encoding.Latin1.GetString(_console.ToArray());

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        _network.Dispose();
        Board.Dispose();
    }

    /// <summary>A line that is typed at the shell's prompt, then keys, and broadcasts of a host that asks who the guest is.</summary>
    private static RunFile Recorded()
    {
        const string Question = "ffffffffffff52550a0002020806000108000604000152550a0002020a0002020000000000000a00020f";
        StringBuilder text = new("ppcjit-run 1 ref405ep\nrun memory 134217728\nrun clock 333333330\nrun image 00\nport EMAC0 02:00:40:05:00:00\n");
        text.Append($"text 0 none {Convert.ToHexStringLower("ifconfig eth0 10.0.2.15 up\nls -l /bin /proc\n"u8)}\n");
        for (int n = 0; n < Keys; n++)
            text.Append($"key {30_000_000 + (400_000 * n)} {(n % 10 == 9 ? 0x0d : 'a' + n):x2}\n");
        for (int n = 0; n < Frames; n++)
            text.Append($"in {29_000_000 + (250_000 * n)} EMAC0 {Question}\n");
        text.Append($"end {LinuxWalk.End} going-on none\n");
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text.ToString());
            return RunFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
