using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Begins and ends the lines of a log: when, what kind, where, and in which task.</summary>
/// <param name="guest">The guest.</param>
/// <param name="output">Where they go.</param>
/// <param name="only">The functions whose code alone is logged; empty for all.</param>
internal sealed unsafe class LogLines(ObservedGuest guest, LogOutput output, IReadOnlyCollection<CodeFunction> only)
{
    private readonly HashSet<CodeFunction> _only = [.. only];
    private readonly WordCache<byte[]> _places = new();

    /// <summary>Whether any line may still be written.</summary>
    public bool IsFull => output.IsFull;

    /// <summary>Whether code at an address is logged.</summary>
    /// <param name="address">The linked address.</param>
    public bool Includes(uint address) => _only.Count == 0 || _only.Contains(guest.Places.Find(address));

    /// <summary>Begins a line about code that runs with the present MSR.</summary>
    public LineBuffer? Begin(ReadOnlySpan<byte> kind, uint pc) => Begin(kind, pc, guest.State->Msr);

    /// <summary>Begins a line.</summary>
    /// <param name="kind">The kind of event, with blanks up to the width of a column.</param>
    /// <param name="pc">The effective address of the code that it is about.</param>
    /// <param name="msr">The MSR with which that code runs.</param>
    /// <returns>Where what happened is written; null when the line is not wanted.</returns>
    public LineBuffer? Begin(ReadOnlySpan<byte> kind, uint pc, uint msr) =>
        Begin(kind, pc, msr, guest.State->InstructionCount, guest.Processor.ExceptionsHere);

    /// <summary>Begins a line about another count than the present one.</summary>
    public LineBuffer? Begin(ReadOnlySpan<byte> kind, uint pc, uint msr, ulong count, int exceptions)
    {
        uint linked = guest.Places.Linked(pc, msr);
        if (output.IsFull || guest.IsOutside || !Includes(linked))
            return null;
        return output.Line.Moment(count, exceptions).Add(" "u8).Add(kind).Add(Place(linked)).Add(" ["u8).Add(guest.Tasks.Find(msr).Bytes).Add("] "u8);
    }

    /// <summary>Ends the line.</summary>
    public void End() => output.EndLine();

    /// <summary>Gives an address with its symbol and line.</summary>
    /// <param name="linked">The linked address.</param>
    public byte[] Place(uint linked)
    {
        ref byte[]? known = ref _places.At(linked);
        if (known is not null)
            return known;
        string text = $"0x{linked:x8}";
        CodeFunction function = guest.Places.Find(linked);
        if (function.IsNamed)
            text += $" {guest.Places.Describe(linked)}";
        if (guest.Places.Lines?.Find(linked) is { } line)
            text += $" {Path.GetFileName(line.File)}:{line.Line}";
        return known = System.Text.Encoding.UTF8.GetBytes(text);
    }
}
