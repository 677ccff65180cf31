namespace PpcJit.Inspector.Counting;

/// <summary>What a host instruction of a region is for.</summary>
internal enum HostClass
{
    /// <summary>What the guest's instruction itself asks for; all that is nothing else.</summary>
    Work,

    /// <summary>Looks up a page in a soft page table, or whether an access stays in its page.</summary>
    LookUps,

    /// <summary>Asks whether a page that a local holds is the right one.</summary>
    HeldChecks,

    /// <summary>Copies a register to another one, or cuts it to 32 bits.</summary>
    Moves,

    /// <summary>Stores a register on the host's stack or loads it again.</summary>
    Spills,

    /// <summary>Counts guest instructions, and asks whether enough are left.</summary>
    Budget,

    /// <summary>Enters or leaves the region: guest registers to and from the state, saved registers, the jump cache.</summary>
    EntryExit,

    /// <summary>Computes condition fields or the carry as the state holds them.</summary>
    Conditions,

    /// <summary>Goes to another place, always, or by a table.</summary>
    Jumps,
}
