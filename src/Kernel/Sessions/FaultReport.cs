using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Texts;
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

    /// <summary>Gives the report as lines of text: why the run ended, PC, MSR, link register, the calls that led there, and the last exceptions, oldest first.</summary>
    /// <param name="board">The machine as the run left it.</param>
    /// <param name="result">What the run did.</param>
    /// <param name="symbols">Names of the guest's code; null when there are none.</param>
    public static IReadOnlyList<string> Lines(Board board, RunResult result, SymbolTable? symbols)
    {
        CpuState* state = board.Processor.State;
        List<string> lines =
        [
            result.PanicLine is { } panic ? $"The guest panicked: {TerminalText.Line(TerminalText.DecodeBytes(panic))}" : Reason(result.End),
            $"  PC  {Name(state->Pc, symbols)}",
            $"  LR  {Name(state->Lr, symbols)}",
            $"  MSR 0x{state->Msr:x8}{DescribeMsr(state->Msr)}",
            $"  after {state->InstructionCount} instructions",
        ];
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
        RunEnd.TextAppeared => "The text that was waited for appeared.",
        RunEnd.InstructionLimit => "The instruction limit was reached.",
        RunEnd.Panic => "The guest panicked.",
        RunEnd.Left => "The run was left.",
        RunEnd.ExceptionLoop => "The guest failed: exceptions follow each other without one instruction completing between them.",
        _ => "The guest failed: it waits (MSR[WE]) for an interrupt that nothing can raise.",
    };

    private static string Describe(in ExceptionRecord record, int times, SymbolTable? symbols)
    {
        string cause = record.Kind switch
        {
            ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.Alignment => $", DEAR 0x{record.Dear:x8}, ESR 0x{record.Esr:x8}",
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
