namespace PpcJit.Machine.Isa;

/// <summary>A set of the registers beside the general-purpose ones and CR that user programs work with.</summary>
[Flags]
public enum SpecialSet
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The link register.</summary>
    Lr = 1 << 0,

    /// <summary>The count register.</summary>
    Ctr = 1 << 1,

    /// <summary>XER[CA].</summary>
    Ca = 1 << 2,

    /// <summary>XER[OV] and XER[SO].</summary>
    Overflow = 1 << 3,
}
