using BenchmarkDotNet.Attributes;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Benchmarks;

/// <summary>
/// How long a death takes to explain, trials included: NetBSD's kern/54994 in our kernel, from the panic alone. It has to stay under five seconds.
/// </summary>
public class WhyBenchmarks
{
    private const string MmuFirst = "entry=mmu-first upages=2 fast=on uarea=natural", RealMode = "entry=real-mode upages=2 fast=on uarea=kva";
    private const uint AfterWrteei = 0x38;

    private Board _board = null!;
    private IEngine _engine = null!;
    private Timeline _timeline = null!;
    private DebugNames _names = null!;
    private Death _death = null!;

    [Params(EngineKind.Interpreter, EngineKind.Jit)]
    public EngineKind Engine { get; set; }

    [Params(MmuFirst, RealMode)]
    public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void Die()
    {
        _board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions { MemoryBytes = 32 << 20 });
        BootOptions options = new() { ImagePath = "guest:uarea", CommandLine = Kernel };
        LoadedGuest guest = GuestLoader.Load(_board, UareaGuest.Image, options.ImagePath, options);
        _engine = Engine == EngineKind.Interpreter ? new InterpreterEngine(_board.Processor) : new JitEngine(_board.Processor);
        GuestMachine machine = new(_board, _engine, new SilentConsole());
        _timeline = new Timeline(machine);
        _names = new DebugNames(_board, guest.AllSymbols) { Loaded = guest.Ranges };
        GuestSession session = new(machine);
        if (Kernel == MmuFirst)
            Interrupt();
        RunResult result = session.Run(new RunOptions { MaxInstructions = 20_000_000, Symbols = guest.Symbols });
        _death = Death.Find(_timeline, result, () => session.PanicAt, CancellationToken.None)
            ?? throw new InvalidOperationException($"the guest did not die: {result.End}");
    }

    [Benchmark]
    public Explanation Explain() => new DeathExplainer(_timeline, _names, new SliceOptions()).Explain(_death);

    [GlobalCleanup]
    public void Close()
    {
        _timeline.Dispose();
        _engine.Dispose();
        _board.Dispose();
    }

    /// <summary>Lets an external interrupt come where the stack has been changed and no entry of the TLB maps it.</summary>
    private unsafe void Interrupt()
    {
        if (!_names.TryFindSymbol("softint_return", out uint function))
            throw new InvalidOperationException("the guest has no symbols");
        ExecProbe place = new(function + AfterWrteei) { When = board => board.Processor.Tlb.Find(board.Processor.State->Gpr[1]) < 0 };
        if (_timeline.FindNext(place).Hit is null || !_timeline.Change(new InterruptInjection(InterruptSource.External, -1)))
            throw new InvalidOperationException("the interrupt cannot be raised");
    }
}
