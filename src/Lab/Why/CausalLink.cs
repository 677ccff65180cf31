using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why;

/// <summary>What a value comes from that is traced no further.</summary>
public enum LinkEnd
{
    /// <summary>It is traced further.</summary>
    None,

    /// <summary>The instruction itself says the value.</summary>
    Constant,

    /// <summary>Nothing has written it since the machine was reset: a register's value at reset, or memory that nobody has filled.</summary>
    Beginning,

    /// <summary>Nothing has written it since what is there was loaded.</summary>
    Loaded,

    /// <summary>Nothing has written it since history begins, and the run is older.</summary>
    Forgotten,

    /// <summary>A register of a device was read.</summary>
    Device,

    /// <summary>A character was read that came over a serial line.</summary>
    Key,

    /// <summary>A device stored bytes of a frame.</summary>
    Frame,

    /// <summary>It was changed by hand, or by a scenario.</summary>
    Injection,

    /// <summary>A device, or a person, stored into memory.</summary>
    ForeignStore,

    /// <summary>The time base, a timer or another register that the machine itself changes.</summary>
    Machine,

    /// <summary>An entry of the TLB was read.</summary>
    TlbEntry,

    /// <summary>It is an exception, and what it did.</summary>
    Exception,

    /// <summary>It is followed where it stands once more.</summary>
    Shown,

    /// <summary>A bound was reached.</summary>
    CutOff,
}

/// <summary>In what way one link depends on another.</summary>
public enum LinkThrough
{
    /// <summary>Its value was made from the other's.</summary>
    Value,

    /// <summary>The address of its access was made from the other's value.</summary>
    Address,

    /// <summary>Its access found its page by the other's entry of the TLB.</summary>
    Translation,

    /// <summary>It came about because the other, a branch, went the way that it did, or because the other enabled interrupts.</summary>
    Control,

    /// <summary>
    /// The other stored into the memory from which its value had been read, after it was read: the store is lost when the value is written
    /// back, or a TLB entry does not know of it.
    /// </summary>
    Meanwhile,
}

/// <summary>Something that came from outside, at which a chain ends.</summary>
/// <param name="Line">Over which line: the device's name; empty for a change by hand.</param>
/// <param name="Number">Which of those that came over it, from 1.</param>
/// <param name="At">When it came.</param>
/// <param name="Offset">Which byte of it the value begins with, from 0.</param>
public sealed record OutsideInput(string Line, ulong Number, Moment At, int Offset);

/// <summary>A link of a dynamic slice: what put a value where it was found.</summary>
/// <param name="Place">Where the value is.</param>
/// <param name="Value">The value; null where it cannot be read.</param>
/// <param name="At">The moment before the event, or of a change by hand; null when nothing is known to have written the place.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Word">The instruction; 0 for none.</param>
/// <param name="Exception">The exception; null for none.</param>
/// <param name="End">Why it is traced no further.</param>
public sealed record CausalLink(ValuePlace Place, uint? Value, Moment? At, uint Pc, uint Word, ExceptionKind? Exception, LinkEnd End)
{
    /// <summary>The event's place in the program, with its symbol.</summary>
    public string Where { get; init; } = "";

    /// <summary>The source line, as <c>file.c:12</c>; null where it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>The function in which the event is; null where that is not known.</summary>
    public string? Function { get; init; }

    /// <summary>The call of that function; null where that is not known.</summary>
    public string? Caller { get; init; }

    /// <summary>What runs; null where the kernel is not known.</summary>
    public string? Task { get; init; }

    /// <summary>What else is to be said, in one sentence; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The effective address of the access by which the value was loaded or stored; null for none.</summary>
    public uint? Effective { get; init; }

    /// <summary>In what way the link before depends on this one.</summary>
    public LinkThrough Through { get; init; }

    /// <summary>What came from outside, where the chain ends there; null for nothing.</summary>
    public OutsideInput? Input { get; init; }

    /// <summary>The exception whose saved state this one overwrote before anybody had read it; null for none.</summary>
    public LostState? Lost { get; init; }

    /// <summary>What the machine looked like; null where nobody asked for that.</summary>
    public MachineLook? State { get; init; }

    /// <summary>What the value was made from, each a link of its own.</summary>
    public IReadOnlyList<CausalLink> From { get; init; } = [];

    /// <summary>Whether the value was only moved from one place to another.</summary>
    public bool IsCopy { get; init; }

    /// <summary>This link and all that it leads to, each once, from one to what it was made from.</summary>
    public IEnumerable<CausalLink> All()
    {
        Stack<CausalLink> left = new([this]);
        while (left.TryPop(out CausalLink? link))
        {
            yield return link;
            foreach (CausalLink source in link.From.Reverse())
                left.Push(source);
        }
    }

    /// <summary>This link and all that it leads to, the newest event first, and at the end what no event has made.</summary>
    public IEnumerable<CausalLink> NewestFirst() => All().OrderByDescending(link => link.At ?? default);
}

/// <summary>State that an exception saved, and that another one overwrote before anybody had read it.</summary>
/// <param name="Kind">The exception that had saved it.</param>
/// <param name="At">The moment before that exception.</param>
/// <param name="Pc">The address that it had saved.</param>
public sealed record LostState(ExceptionKind Kind, Moment At, uint Pc);
