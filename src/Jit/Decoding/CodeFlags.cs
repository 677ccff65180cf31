namespace PpcJit.Jit.Decoding;

/// <summary>Properties of a code that its kind does not say.</summary>
[Flags]
internal enum CodeFlags : byte
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The address is the sum of two registers.</summary>
    Indexed = 1 << 0,

    /// <summary>The effective address is written back to rA.</summary>
    Update = 1 << 1,

    /// <summary>What is loaded is extended by its sign.</summary>
    Signed = 1 << 2,

    /// <summary>The bytes are in the order opposite to the processor's own.</summary>
    ByteReversed = 1 << 3,

    /// <summary>A region may be left before it completes.</summary>
    MayExit = 1 << 4,

    /// <summary>The next instruction is not, or not always, the one that follows in memory.</summary>
    EndsBlock = 1 << 5,

    /// <summary>XER[SO] may change.</summary>
    WritesSo = 1 << 6,

    /// <summary>Its record form does not compare the result with zero.</summary>
    RecordsOtherwise = 1 << 7,
}
