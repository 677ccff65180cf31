namespace PpcJit.Jit.Decoding;

/// <summary>The field of an instruction that names the register of its result.</summary>
internal enum ResultField : byte
{
    /// <summary>It has no result, or several.</summary>
    None,

    /// <summary>rT.</summary>
    T,

    /// <summary>rA.</summary>
    A,
}
