using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Something that happened in a run.</summary>
/// <param name="At">When.</param>
/// <param name="Text">For people.</param>
/// <param name="Data">For programs.</param>
internal sealed record NotedEvent(Moment At, string Text, object Data);

/// <summary>Notes exceptions, interrupts and TLB writes while a run goes by.</summary>
internal sealed unsafe class EventNotes
{
    private const int ControllerInputs = 32;
    private readonly MonitoredRun _run;

    public EventNotes(MonitoredRun run)
    {
        _run = run;
        Board board = run.Board;
        IEnumerable<InterruptChoice?> core = InterruptChoice.Names(board)
            .Select(name => InterruptChoice.Find(name, board))
            .Where(choice => choice is { Input: < 0 });
        IEnumerable<InterruptChoice?> inputs = Enumerable.Range(0, ControllerInputs).Select(n => InterruptChoice.Find($"uic{n}", board));
        Probes = [new ExceptionProbe(Kind: null), new TlbWriteProbe(), .. core.Concat(inputs).OfType<InterruptChoice>()
            .Select(choice => new InterruptProbe(choice))];
    }

    /// <summary>What is looked for.</summary>
    public IReadOnlyList<Probe> Probes { get; }

    /// <summary>Describes what happens now.</summary>
    public NotedEvent Note(Hit hit) => hit.Probe switch
    {
        ExceptionProbe => Exception(hit.At, _run.Processor.RecentExceptions[^1]),
        InterruptProbe { Interrupt: var interrupt } => Interrupt(hit.At, interrupt),
        _ => TlbWrite(hit.At, (int)hit.Address),
    };

    private NotedEvent Exception(Moment at, ExceptionRecord record)
    {
        string kind = ExceptionNames.NameOf(record.Kind);
        string cause = record.Kind switch
        {
            _ when record.Kind.SetsDear() => $", DEAR 0x{record.Dear:x8}, ESR 0x{record.Esr:x8}",
            ExceptionKind.Program or ExceptionKind.InstructionStorage => $", ESR 0x{record.Esr:x8}",
            _ => "",
        };
        return new NotedEvent(at, $"exception {kind} at {_run.Describe(record.Pc)}, MSR 0x{record.Msr:x8}{cause}", new
        {
            at = at.ToString(),
            @event = "exception",
            kind,
            pc = MonitoredRun.Hex(record.Pc),
            symbol = _run.SymbolAt(record.Pc),
            msr = MonitoredRun.Hex(record.Msr),
            esr = MonitoredRun.Hex(record.Esr),
            dear = MonitoredRun.Hex(record.Dear),
        });
    }

    private NotedEvent Interrupt(Moment at, InterruptChoice interrupt)
    {
        string[] devices = [.. _run.Board.Interrupts.Where(wired => wired.Input == interrupt.Input).Select(wired => wired.Device)];
        string driven = devices.Length == 0 ? "" : $" ({string.Join(", ", devices)})";
        return new NotedEvent(at, $"interrupt {interrupt.Name}{driven}",
            new { at = at.ToString(), @event = "interrupt", name = interrupt.Name, devices });
    }

    private NotedEvent TlbWrite(Moment at, int entry)
    {
        CpuState* state = _run.State;
        string pc = _run.Describe(state->Pc);
        if (entry < 0)
            return new NotedEvent(at, $"tlbia by {pc}", new { at = at.ToString(), @event = "tlbia", pc = MonitoredRun.Hex(state->Pc) });
        (uint high, uint low, uint tid) = (state->TlbHi[entry], state->TlbLo[entry], state->TlbTid[entry]);
        return new NotedEvent(at, $"tlb entry {entry} by {pc}: TLBHI 0x{high:x8}, TLBLO 0x{low:x8}, TID {tid}", new
        {
            at = at.ToString(),
            @event = "tlb",
            entry,
            pc = MonitoredRun.Hex(state->Pc),
            symbol = _run.SymbolAt(state->Pc),
            tlbhi = MonitoredRun.Hex(high),
            tlblo = MonitoredRun.Hex(low),
            tid,
        });
    }
}
