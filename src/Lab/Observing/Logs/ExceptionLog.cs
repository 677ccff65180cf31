using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs exceptions as they are taken, or of these the interrupts only.</summary>
internal sealed class ExceptionLog(ObservedGuest guest, LogLines lines, bool interruptsOnly) : InstructionObserver(guest), ILogSource
{
    private static readonly byte[][] Names = [.. Enum.GetValues<ExceptionKind>()
        .Select(kind => System.Text.Encoding.ASCII.GetBytes(ExceptionNames.NameOf(kind)))];

    /// <inheritdoc/>
    public override void Begin()
    {
        Guest.Processor.ExceptionTaken += OnException;
        base.Begin();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Guest.Processor.ExceptionTaken -= OnException;
        base.End();
    }

    /// <summary>A system call takes its exception in the middle of translated code, where registers may not be in their places yet.</summary>
    public override bool Watches(uint address, uint word) => Decoder.Decode(word) == Op.Sc;

    private void OnException(in ExceptionRecord record)
    {
        if (interruptsOnly && !IsInterrupt(record.Kind))
            return;
        Guest.Tasks.NoteException(record.Msr);
        if (lines.Begin(interruptsOnly ? "interrupt "u8 : "exception "u8, record.Pc, record.Msr) is not { } line)
            return;
        line.Add(interruptsOnly ? "taken "u8 : []).Add(Names[(int)record.Kind]).Add(" MSR "u8).Hex(record.Msr);
        if (record.Kind.SetsDear())
            line.Add(" DEAR "u8).Hex(record.Dear);
        bool hasSyndrome = record.Kind is ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.InstructionStorage
            or ExceptionKind.Program or ExceptionKind.MachineCheck;
        if (hasSyndrome)
            line.Add(" ESR "u8).Hex(record.Esr);
        lines.End();
    }

    private static bool IsInterrupt(ExceptionKind kind) => kind.IsInterrupt() || kind == ExceptionKind.MachineCheck;
}
