namespace PpcJit.Inspector.Counting;

/// <summary>What a host instruction that QEMU executes is for.</summary>
internal enum PeerClass
{
    /// <summary>Translated code that does what the guest's instruction asks for; all that is nothing else.</summary>
    Work,

    /// <summary>Translated code that looks an address up in QEMU's TLB.</summary>
    LookUps,

    /// <summary>Translated code that loads and stores registers of the guest, which live in memory.</summary>
    State,

    /// <summary>Translated code that copies a register to another one.</summary>
    Moves,

    /// <summary>Translated code at the begin of each block that asks whether something else is to be done.</summary>
    Checks,

    /// <summary>Translated code that goes to another place, always.</summary>
    Jumps,

    /// <summary>Functions that translated code calls: TLB misses, the place of a block by its address, rare instructions.</summary>
    Helpers,

    /// <summary>What finds the next block when no block says where it is, and all else.</summary>
    RunLoop,
}
