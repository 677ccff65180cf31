using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>Says in a kernel developer's terms where a guest stands and what led there.</summary>
public static unsafe class FaultReport
{
    private static readonly (uint Bit, string Name)[] MsrBits =
    [
        (Msr.We, "WE"), (Msr.Ce, "CE"), (Msr.Ee, "EE"), (Msr.Pr, "PR"), (Msr.Me, "ME"), (Msr.De, "DE"), (Msr.Ir, "IR"), (Msr.Dr, "DR"),
    ];

    /// <summary>
    /// Gives the report as lines of text: why the run ended, PC, MSR, link register, the calls that led there, and the
    /// last exceptions, oldest first.
    /// </summary>
    /// <param name="board">The machine as the run left it.</param>
    /// <param name="result">What the run did.</param>
    /// <param name="symbols">Names of the guest's code; null when there are none.</param>
    /// <param name="running">What the guest's kernel calls the lwp or task that runs; null when that is not known.</param>
    public static IReadOnlyList<string> Lines(Board board, RunResult result, SymbolTable? symbols, string? running = null) =>
        [Sentence(board, result), .. Standing(board, symbols, running)];

    /// <summary>Gives where a machine stands as lines of text: <see cref="Lines"/> without the reason.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">Names of the guest's code; null when there are none.</param>
    /// <param name="running">What the guest's kernel calls the lwp or task that runs; null when that is not known.</param>
    public static IReadOnlyList<string> Standing(Board board, SymbolTable? symbols, string? running = null)
    {
        CpuState* state = board.Processor.State;
        List<string> lines =
        [
            $"  PC  {Name(state->Pc, symbols)}",
            $"  LR  {Name(state->Lr, symbols)}",
            $"  MSR 0x{state->Msr:x8}{DescribeMsr(state->Msr)}",
            $"  after {state->InstructionCount} instructions",
        ];
        if (running is not null)
            lines.Add($"  in {running}");
        if (board.Processor.StopReason == StopReason.ExceptionLoop)
            lines.AddRange(LoopLines(board, symbols));
        IReadOnlyList<uint> calls = Backtrace.Walk(board, symbols);
        if (calls.Count > 1)
            lines.Add("The calls that led there, the innermost first:");
        for (int n = 0; n < calls.Count && calls.Count > 1; n++)
            lines.Add($"  #{n,-2} {(n == 0 ? Name(calls[n], symbols) : symbols?.DescribeReturn(calls[n]) ?? Name(calls[n], null))}");
        IReadOnlyList<ExceptionRecord> recent = board.Processor.RecentExceptions;
        if (recent.Count > 0)
            lines.Add("The last exceptions, the newest at the end:");
        for (int first = 0, next; first < recent.Count; first = next)
        {
            next = first + 1;
            while (next < recent.Count && recent[next] with { Count = recent[first].Count } == recent[first])
                next++;
            lines.Add(Describe(recent[first], next - first, symbols));
        }

        return lines;
    }

    /// <summary>Says in one sentence why a run ended.</summary>
    public static string Reason(RunEnd end) => end switch
    {
        RunEnd.Reset => "The guest reset the machine.",
        RunEnd.WatchdogReset => "The guest failed: the watchdog reset the machine.",
        RunEnd.DebuggerPrompt => "The guest's kernel is in its debugger.",
        RunEnd.PowerOff => "The guest halted or turned the power off.",
        RunEnd.Signal => "A signal ended the run.",
        RunEnd.TextAppeared => "The text that was waited for appeared.",
        RunEnd.InstructionLimit => "The instruction limit was reached.",
        RunEnd.Panic => "The guest panicked.",
        RunEnd.Left => "The run was left.",
        RunEnd.ExceptionLoop => "The guest failed: exceptions follow each other without one instruction completing between them.",
        RunEnd.FaultCycle => "The guest failed: the same faults come again and again, and their handlers change nothing.",
        _ => "The guest failed: it waits for nothing: MSR[WE] is set, for an interrupt that nothing can raise.",
    };

    /// <summary>Says in one sentence how this run ended, with what its end has of its own: the panic's line, the reset's kind.</summary>
    public static string Sentence(Board board, RunResult result) => result switch
    {
        { End: RunEnd.Panic, PanicLine: { } panic } => $"The guest panicked: {panic}",
        { End: RunEnd.DebuggerPrompt, DebuggerLine: { } prompt } => $"The guest's kernel is in its debugger, and nobody types: {prompt}",
        { End: RunEnd.WatchdogReset } => $"The guest failed: the watchdog reset the machine ({DescribeReset(board)}).",
        { End: RunEnd.Reset } => $"The guest reset the machine ({DescribeReset(board)}).",
        { End: RunEnd.PowerOff, HaltLine: { } halt } => $"The guest halted or turned the power off: {halt}",
        { End: RunEnd.Signal } => $"Signal {result.Signal} ended the run.",
        _ => Reason(result.End),
    };

    /// <summary>Says in a few words which reset stopped a machine, and by which bits the guest would know.</summary>
    public static string DescribeReset(Board board)
    {
        string kind = board.Processor.StopReason switch
        {
            StopReason.CoreReset => "core reset, DBSR[MRR] = 1",
            StopReason.ChipReset => "chip reset, DBSR[MRR] = 2",
            _ => "system reset, DBSR[MRR] = 3",
        };
        uint watchdog = board.Processor.Timers.WatchdogResetStatus;
        return watchdog == 0 ? kind : $"{kind}, TSR[WRS] = {watchdog}";
    }

    /// <summary>What began the loop: what it does since says nothing but that no handler is where the vector points.</summary>
    private static string[] LoopLines(Board board, SymbolTable? symbols)
    {
        Processor processor = board.Processor;
        ExceptionRecord first = processor.FirstWithoutProgress;
        uint pc = processor.State->Pc;
        string where = pc == (processor.State->Evpr | Processor.Vector(first.Kind)) ? "at its vector" : "since, the last to";
        return
        [
            "The first exception of the loop:",
            Describe(first, 1, symbols),
            $"  and {processor.MoreWithoutProgress} more {where}, {Name(pc, symbols)}",
        ];
    }

    private static string Describe(in ExceptionRecord record, int times, SymbolTable? symbols)
    {
        string cause = record.Kind switch
        {
            _ when record.Kind.SetsDear() => $", DEAR 0x{record.Dear:x8}, ESR 0x{record.Esr:x8}",
            ExceptionKind.Program or ExceptionKind.InstructionStorage => $", ESR 0x{record.Esr:x8}",
            _ => "",
        };
        string repeated = times > 1 ? $", {times} times" : "";
        return $"  {record.Kind} at {Name(record.Pc, symbols)}, count {record.Count}, MSR 0x{record.Msr:x8}{cause}{repeated}";
    }

    private static string Name(uint address, SymbolTable? symbols) => symbols?.Describe(address) ?? $"0x{address:x8}";

    private static string DescribeMsr(uint msr)
    {
        string names = string.Join(' ', MsrBits.Where(bit => (msr & bit.Bit) != 0).Select(bit => bit.Name));
        return names.Length == 0 ? "" : $" ({names})";
    }
}
