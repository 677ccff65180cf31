namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>What a fuzzed program consists of mostly.</summary>
public enum FuzzGroup
{
    /// <summary>Arithmetic, logic, rotation, multiply-accumulate, compares.</summary>
    Integer,

    /// <summary>Branches of all kinds, loops, condition register logic.</summary>
    Branch,

    /// <summary>Loads, stores, strings, cache lines, with random TLBs.</summary>
    Memory,

    /// <summary>SPRs, DCRs, MSR, TLB writes, returns from exceptions, timers.</summary>
    System,

    /// <summary>Programs that write into their own code.</summary>
    SelfModifying,

    /// <summary>Any row of the table with any operands, and any word.</summary>
    Anything,
}
