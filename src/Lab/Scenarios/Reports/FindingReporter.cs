using System.Text.RegularExpressions;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Writes down a finding in symbols, while the machine still stands where it was found.</summary>
internal static partial class FindingReporter
{
    /// <summary>Reports what a check found.</summary>
    public static FindingReport Report(Finding finding, GuestView guest) => new(
        finding.Check,
        finding.Cause,
        finding.Summary,
        finding.Count,
        guest.Symbols.Name(finding.Pc),
        InstructionAt(guest, finding.Pc),
        [.. finding.Known.Select(step => new StepReport(step.Count, guest.Symbols.Name(step.Pc), step.Text))],
        TimelineBuilder.Build(guest, finding.Known.Select(step => step.Count).Append(finding.Since ?? finding.Count).Min()));

    /// <summary>Reports a death that no check foresaw.</summary>
    /// <param name="end">How the guest ended.</param>
    /// <param name="said">What its kernel said of it.</param>
    /// <param name="guest">The guest.</param>
    public static unsafe FindingReport Death(CaseEnd end, PanicWatch said, GuestView guest)
    {
        string name = CaseEnds.NameOf(end);
        uint pc = guest.State->Pc;
        string summary = end switch
        {
            CaseEnd.Panic => $"The guest panicked: {said.WholeLine}",
            CaseEnd.DebuggerPrompt => $"The guest's kernel is in its debugger, and nobody types: {said.DebuggerLine}",
            CaseEnd.PowerOff => $"The guest halted or turned the power off before its time: {said.HaltLine}",
            CaseEnd.ExceptionLoop => LoopSummary(guest, pc),
            CaseEnd.FaultCycle => $"The same faults come again and again, the last at {guest.Symbols.Describe(pc)}, "
                + "and their handlers change nothing.",
            CaseEnd.WatchdogReset => $"The watchdog reset the machine at {guest.Symbols.Describe(pc)} ({FaultReport.DescribeReset(guest.Board)}).",
            CaseEnd.WaitsForever => $"The processor waits at {guest.Symbols.Describe(pc)} for an interrupt that nothing can raise.",
            _ => $"The guest reset the machine at {guest.Symbols.Describe(pc)} before its time ({FaultReport.DescribeReset(guest.Board)}).",
        };
        return new FindingReport(
            name,
            $"{name}: {Cause(end, said, guest)}",
            guest.Guest.RunningName is { } running ? $"{summary} [{running}]" : summary,
            guest.Count,
            guest.Symbols.Name(pc),
            InstructionAt(guest, pc),
            [],
            TimelineBuilder.Build(guest, Injected(guest)));
    }

    /// <summary>The count of the last injection, with which the way to a death begins; null when there was none lately.</summary>
    private static ulong? Injected(GuestView guest)
    {
        GuestEvent last = guest.Recent.LastOrDefault(happened => happened.Kind == GuestEventKind.Injected);
        return last.Kind == GuestEventKind.Injected ? last.Count : null;
    }

    /// <summary>What makes two deaths the same one: what the kernel says, without the numbers in it, or where it stands.</summary>
    private static unsafe string Cause(CaseEnd end, PanicWatch said, GuestView guest) => end == CaseEnd.Panic && said.WholeLine is { } line
        ? NumberPattern().Replace(line, "#")
        : guest.Symbols.FunctionAt(guest.State->Pc)?.Name ?? "nowhere";

    [GeneratedRegex("(?<![A-Za-z_])(0x)?[0-9a-fA-F]*[0-9][0-9a-fA-F]*(?![A-Za-z_])")]
    private static partial Regex NumberPattern();

    private static string LoopSummary(GuestView guest, uint pc)
    {
        ExceptionRecord first = guest.Board.Processor.FirstWithoutProgress;
        return $"Exceptions follow each other at {guest.Symbols.Describe(pc)} without one instruction completing "
            + $"between them; the first was {first.Kind} at {guest.Symbols.Describe(first.Pc)}.";
    }

    /// <summary>The instruction at an address as text; empty when it cannot be read.</summary>
    public static string InstructionAt(GuestView guest, uint address) =>
        guest.Instruction(address) is { } word ? Disassembler.Disassemble(word, address) : "";
}
