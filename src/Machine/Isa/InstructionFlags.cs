namespace PpcJit.Machine.Isa;

/// <summary>What an instruction does beyond what the letters of its bit pattern say.</summary>
[Flags]
public enum InstructionFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>
    /// A program exception (ESR[PPR]) in problem state. mfspr and mtspr are not marked: it depends on the SPR.
    /// </summary>
    Privileged = 1 << 0,

    /// <summary>
    /// The next instruction is not, or not always, the one that follows in memory: branches, sc, rfi, rfci.
    /// </summary>
    EndsBlock = 1 << 1,

    /// <summary>
    /// May change what the following instructions mean or whether they run next: translation, privilege, pending
    /// interrupts, timers, debug events, the instruction stream itself.
    /// </summary>
    ContextAltering = 1 << 2,

    /// <summary>Reads storage.</summary>
    Load = 1 << 3,

    /// <summary>Writes storage, unless it is a conditional store whose reservation is lost.</summary>
    Store = 1 << 4,

    /// <summary>
    /// Writes the effective address back to rA. rA = 0 is an invalid form, which takes the base 0, and so is rA = rT
    /// for loads, where what was loaded wins.
    /// </summary>
    Update = 1 << 5,

    /// <summary>Works on a cache line, or on a whole cache.</summary>
    CacheOp = 1 << 6,

    /// <summary>
    /// rT or rS is the first of a run of registers: to r31 (lmw, stmw), or as many as the bytes fill, wrapping to r0
    /// (strings).
    /// </summary>
    Multiple = 1 << 7,

    /// <summary>The result depends on XER[CA].</summary>
    ReadsCa = 1 << 8,

    /// <summary>Sets or clears XER[CA].</summary>
    WritesCa = 1 << 9,

    /// <summary>Sets CR0 though there is no Rc bit to choose it: the <c>.</c> is part of the mnemonic.</summary>
    AlwaysRecords = 1 << 10,

    /// <summary>Takes a trap (program exception, ESR[PTR]) when the condition in TO holds.</summary>
    Traps = 1 << 11,

    /// <summary>Loads or stores a byte of one register.</summary>
    ByteSized = 1 << 12,

    /// <summary>Loads or stores a halfword of one register.</summary>
    HalfSized = 1 << 13,

    /// <summary>Loads or stores words: one register, or each of a run.</summary>
    WordSized = 1 << 14,

    /// <summary>What is loaded is extended by its sign.</summary>
    Signed = 1 << 15,

    /// <summary>The bytes are in the order opposite to that of the page.</summary>
    Reversed = 1 << 16,
}
