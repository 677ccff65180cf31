using System.Text;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>A board with the uarea guest, and checks that watch it: what a scenario does, without the scenario.</summary>
internal sealed unsafe class UareaMachine : IDisposable
{
    private const ulong MaxRun = 20_000_000;

    private readonly Board _board = TestBoard.Create(32);
    private readonly GuestWatcher _watcher;
    private readonly IEngine _engine;
    private readonly MemoryStream _console = new();
    private readonly LoadedGuest _guest;
    private readonly uint _uareaSize;
    private readonly Dictionary<uint, Func<UareaMachine, bool>> _actions = [];

    public UareaMachine(string commandLine, bool jit = false)
    {
        _uareaSize = commandLine.Contains("upages=1", StringComparison.Ordinal) ? 16384u : 32768u;
        _watcher = new GuestWatcher(_board);
        _engine = jit ? new JitEngine(_board.Processor, new JitOptions { Threshold = 20 }) : new InterpreterEngine(_board.Processor);
        _guest = GuestLoader.Load(_board, UareaGuest.Image, UareaGuest.DisplayName, TestBoard.Options with { CommandLine = commandLine });
    }

    public Processor Processor => _board.Processor;

    public CpuState* State => _board.Processor.State;

    public string Console => Encoding.ASCII.GetString(_console.ToArray());

    public List<Finding> Findings { get; } = [];

    public GuestView? View { get; private set; }

    /// <summary>What the checks are told of the kernel; null for all that there is to know.</summary>
    public KernelDescription? Kernel { get; set; }

    public uint Symbol(string name)
    {
        Assert.That(_guest.Symbols!.TryFind(name, out Symbol? symbol), Is.True, name);
        return symbol!.Address;
    }

    /// <summary>Address of the first instruction after a wrteei 1 in a function: where a pending interrupt is taken.</summary>
    public uint AfterEnabling(string function)
    {
        const uint EnableInterrupts = 0x7c008146;
        uint address = Symbol(function);
        uint word;
        do
            Assert.That(_board.Memory.TryRead(address, 4, out word), Is.True);
        while ((address += 4) != 0 && word != EnableInterrupts);
        return address;
    }

    /// <summary>Does something each time an address is reached, until it returns false.</summary>
    public void At(uint address, Func<UareaMachine, bool> action) => _actions[address] = action;

    /// <summary>Runs to the first finding of one of the checks or to the end of the guest.</summary>
    public RunResult Run(params ICheck[] checks)
    {
        View = Prepared();
        WatchList watches = new();
        foreach (ICheck check in checks)
            check.Prepare(View, watches);
        foreach (uint address in _actions.Keys)
            watches.Reach(address);
        _watcher.Arrived = Arrive;
        _watcher.Attach(View, checks, watches);
        return new GuestSession(_board, _engine, new SilentConsole(_console))
            .Run(new RunOptions { Symbols = _guest.Symbols, MaxInstructions = MaxRun });
    }

    /// <summary>The guest as checks see it.</summary>
    public GuestView Prepared() => new(
        _board, new GuestSymbols(_guest.Symbols, UareaGuest.DisplayName), new GuestKernel(_board, Kernel ?? Describe()), _watcher.Recent, Report);

    /// <summary>Raises the PIT's interrupt.</summary>
    public void RaisePit()
    {
        State->Tsr |= 0x08000000;
        Processor.SetPending(InterruptSource.Pit, true);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _watcher.Dispose();
        _board.Dispose();
        _console.Dispose();
    }

    private void Report(Finding finding)
    {
        Findings.Add(finding);
        Processor.StopReason = StopReason.Requested;
    }

    private bool Arrive(uint address)
    {
        if (!_actions.TryGetValue(address, out Func<UareaMachine, bool>? action))
            return true;
        (uint pc, uint pending) = (State->Pc, State->PendingInterrupts);
        if (!action(this))
            _actions.Remove(address);
        return State->Pc == pc && State->PendingInterrupts == pending;
    }

    /// <summary>All that there is to know of the guest.</summary>
    public KernelDescription Describe() => Describe(Symbol, _uareaSize);

    /// <summary>What our kernel's sources say of its structures.</summary>
    public static KernelDescription Describe(Func<string, uint> symbol, uint uareaSize) => new()
    {
        PageSize = 16384,
        KernelPid = 1,
        DirectMap = new DirectMap(0, 0, 32 << 20),
        PageTable = new PageTable(symbol("kernel_page_table"), 0x80000000, 16 << 20, 0xfffffc00, 0xffffffff),
        CurrentLwp = symbol("curlwp"),
        LwpName = 0,
        LwpUArea = 16,
        AllLwps = new LwpTable(symbol("all_lwps"), 0, 28),
        UAreaSize = uareaSize,
        PcbSize = 64,
    };
}
