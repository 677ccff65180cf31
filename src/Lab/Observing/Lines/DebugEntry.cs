namespace PpcJit.Lab.Observing.Lines;

/// <summary>What an entry of <c>.debug_info</c> describes (DWARF 5, section 7.5.3), as far as it is of use here.</summary>
internal enum DebugTag
{
    Array = 0x01,
    Parameter = 0x05,
    Enumeration = 0x04,
    Member = 0x0d,
    Pointer = 0x0f,
    Structure = 0x13,
    Typedef = 0x16,
    Union = 0x17,
    Base = 0x24,
    Const = 0x26,
    Function = 0x2e,
    Variable = 0x34,
    Volatile = 0x35,
    Restrict = 0x37,
}

/// <summary>An entry of <c>.debug_info</c>.</summary>
internal sealed class DebugEntry
{
    private List<DebugEntry>? _children;

    /// <summary>Bytes ahead of it in the section.</summary>
    public required long Offset { get; init; }

    public required DebugTag Tag { get; init; }

    public string? Name { get; set; }

    /// <summary>Its type's place in the section; 0 for none.</summary>
    public long Type { get; set; }

    /// <summary>The place of the entry that says the rest; 0 for none.</summary>
    public long Origin { get; set; }

    public uint? LowPc { get; set; }

    /// <summary>Bytes of a type.</summary>
    public int Size { get; set; }

    /// <summary>Bytes ahead of a member in its structure.</summary>
    public uint Location { get; set; }

    /// <summary>Bits of a bit field; 0 for another member.</summary>
    public int BitSize { get; set; }

    /// <summary>Bits ahead of a bit field in what is at <see cref="Location"/>, from the most significant one: versions 2 and 3.</summary>
    public uint BitOffset { get; set; }

    /// <summary>Bits ahead of a bit field in its structure: from version 4 on; null where the others say it.</summary>
    public uint? DataBitOffset { get; set; }

    /// <summary>The entries within it.</summary>
    public IReadOnlyList<DebugEntry> Children => _children ?? (IReadOnlyList<DebugEntry>)[];

    /// <summary>Adds an entry within it.</summary>
    public void Add(DebugEntry child) => (_children ??= []).Add(child);
}
