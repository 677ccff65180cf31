namespace PpcJit.Jit.Decoding;

/// <summary>What an instruction was seen to do that its region must know.</summary>
[Flags]
internal enum InstructionMarks : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It has stored to a page in which there is code.</summary>
    StoresBesideCode = 1,

    /// <summary>The first of a group of accesses has often found that the group lies in two pages.</summary>
    CrossesPages = 2,

    /// <summary>A bcctr of the same page has gone to it.</summary>
    JumpTarget = 4,

    /// <summary>A load with which a group began that has stores, where the page was often none that may be written.</summary>
    LoadsAlone = 8,
}
