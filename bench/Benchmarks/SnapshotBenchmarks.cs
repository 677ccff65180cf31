using BenchmarkDotNet.Attributes;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Memory;

namespace PpcJit.Benchmarks;

/// <summary>
/// Cost of going back in time on a board of 32 MiB that runs between: with a snapshot, which compares all memories, as
/// lockstep does it; and with a journal of the pages that changed, as searches do it.
/// </summary>
[MemoryDiagnoser]
public unsafe class SnapshotBenchmarks
{
    private const uint Ram = 32 << 20;
    private const ulong Start = 200_000;
    private const ulong Steps = 10_000;

    private readonly MachineSnapshot _snapshot = new();
    private readonly StateWriter _state = new();
    private readonly byte[] _copy = new byte[Ram];
    private Board _board = null!;
    private JitEngine _engine = null!;
    private PageJournal? _journal;

    [GlobalSetup(Targets = [nameof(Take_again), nameof(Copy_all), nameof(Run_and_restore), nameof(Run_alone)])]
    public void Create()
    {
        _board = Ref405ep.Create(new BoardOptions { MemoryBytes = Ram });
        GuestLoader.Load(_board, DemoGuest.Image, DemoGuest.DisplayName, new BootOptions { ImagePath = DemoGuest.DisplayName });
        _engine = new JitEngine(_board.Processor);
        _engine.Run(Start);
        _snapshot.Take(_board);
        _board.Save(_state);
    }

    [GlobalSetup(Target = nameof(Run_and_roll_back))]
    public void CreateJournal()
    {
        Create();
        _journal = new PageJournal(_board.Memory);
        _board.Memory.Journal = _journal;
        _engine.AllTranslationsChanged();
    }

    [GlobalCleanup]
    public void Close()
    {
        _board.Memory.Journal = null;
        _journal?.Dispose();
        _snapshot.Dispose();
        _engine.Dispose();
        _board.Dispose();
    }

    [Benchmark]
    public void Take_again() => _snapshot.Take(_board);

    /// <summary>What taking would cost if it did not look for pages that differ, the registers left out.</summary>
    [Benchmark]
    public void Copy_all() => new ReadOnlySpan<byte>(_board.Memory.Ram, (int)Ram).CopyTo(_copy);

    [Benchmark]
    public void Run_and_restore()
    {
        Run();
        _snapshot.Restore(_board);
    }

    [Benchmark]
    public void Run_and_roll_back()
    {
        Run();
        _journal!.RollBack();
        _board.Load(new StateReader(_state.Written.ToArray()));
    }

    /// <summary>What running costs in the other two; the registers go back without the memories.</summary>
    [Benchmark(Baseline = true)]
    public void Run_alone()
    {
        Run();
        _board.Load(new StateReader(_state.Written.ToArray()));
    }

    private void Run() => _engine.Run(_board.Processor.State->InstructionCount + Steps);
}
