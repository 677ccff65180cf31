using System.Text;
using PpcJit.Bench;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Scaling.Guests;

/// <summary>A board in this process that runs a guest, so that what its engine did can be asked at any moment.</summary>
internal sealed unsafe class BareMachine : IDisposable
{
    private const ulong Slice = 200_000;

    /// <summary>Longer than any guest with few rounds.</summary>
    private const ulong MaxInstructions = 10_000_000_000;

    private readonly Board _board;
    private readonly StringBuilder _console = new();
    private Dictionary<string, long> _before = [];
    private double _rate;

    /// <summary>
    /// Creates the machine with the guest at its first instruction. Functions that compute the same each time are not skipped as waiting.
    /// </summary>
    public BareMachine(byte[] image, JitOptions options)
    {
        _board = Ref405ep.Create(new BoardOptions());
        GuestLoader.Load(_board, image, "guest", new BootOptions { ImagePath = "guest" });
        if (_board.Console is { } console)
            console.Transmitted = value => _console.Append((char)value);
        Engine = new JitEngine(_board.Processor, options with { SkipIdle = false });
    }

    /// <summary>What executes the guest.</summary>
    public JitEngine Engine { get; }

    /// <summary>What the guest printed.</summary>
    public string Console => _console.ToString();

    /// <summary>Instructions so far.</summary>
    public ulong Count => _board.Processor.State->InstructionCount;

    /// <summary>Processor time of this process so far, in seconds.</summary>
    private static double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Runs a number of further instructions.</summary>
    /// <exception cref="BenchException">The guest ended.</exception>
    public void Run(ulong instructions)
    {
        Engine.Run(Count + instructions);
        if (_board.Processor.StopReason != StopReason.None)
            throw new BenchException($"a guest stopped: {_board.Processor.StopReason}", ExitCode.Failure);
    }

    /// <summary>Runs a guest with few rounds to its end.</summary>
    /// <exception cref="BenchException">It did not end as it must.</exception>
    public void RunToReset()
    {
        Engine.Run(MaxInstructions);
        if (_board.Processor.StopReason is not (StopReason.SystemReset or StopReason.ChipReset or StopReason.CoreReset))
            throw new BenchException(
                $"a guest did not come to its end: {_board.Processor.StopReason} at 0x{_board.Processor.State->Pc:x8}", ExitCode.Failure);
    }

    /// <summary>
    /// Gives guest instructions per second of processor time, of all threads, over a least number of seconds.
    /// </summary>
    public double Rate(double seconds)
    {
        _before = Figures();
        double start = CpuSeconds;
        ulong first = Count;
        double spent = 0;
        while (spent < seconds)
        {
            // A first guess, then what is missing by the rate so far
            Run(_rate == 0 ? Slice : (ulong)Math.Max(Slice / 10, _rate * (seconds - spent)));
            spent = CpuSeconds - start;
            _rate = (Count - first) / Math.Max(spent, 1e-6);
        }

        return _rate;
    }

    /// <summary>What a figure of the engine rose by during the last <see cref="Rate"/>.</summary>
    public long Rise(string figure) => Figures()[figure] - _before[figure];

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Dispose();
        _board.Dispose();
    }

    private Dictionary<string, long> Figures() => Engine.Statistics.Figures.ToDictionary(figure => figure.Name, figure => figure.Value);
}
