namespace PpcJit.Jit;

/// <summary>Switches of the fast engine. None of them changes what the guest can observe.</summary>
public sealed record JitOptions
{
    /// <summary>Compile hot code into regions; off, everything runs in the cold tier.</summary>
    public bool Regions { get; init; } = true;

    /// <summary>Compile on a second thread; off, the guest waits for each compilation.</summary>
    public bool Background { get; init; } = true;

    /// <summary>Let conditional branches compare the operands of the compare that they depend on.</summary>
    public bool FuseCompare { get; init; } = true;

    /// <summary>Leave out condition codes and carries that nobody reads.</summary>
    public bool DeadValues { get; init; } = true;

    /// <summary>How often a place must be jumped to before it is compiled; 1 to 65535.</summary>
    public int Threshold { get; init; } = 300;

    /// <summary>Most guest instructions in a region.</summary>
    public int RegionSize { get; init; } = 200;
}
