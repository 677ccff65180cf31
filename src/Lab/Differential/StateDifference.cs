namespace PpcJit.Lab.Differential;

/// <summary>One thing in which two machines differ.</summary>
/// <param name="Name">What: a register by its name, <c>TLB 12</c>, a device, <c>RAM 0x00001234</c>.</param>
/// <param name="Expected">What the oracle has there.</param>
/// <param name="Actual">What the engine under test has there.</param>
public readonly record struct StateDifference(string Name, string Expected, string Actual)
{
    /// <summary>Gives the difference as one line.</summary>
    public override string ToString() => $"{Name,-16} {Expected}  but  {Actual}";
}
