namespace PpcJit.Mutation;

/// <summary>Tests that are left out where time is short.</summary>
internal static class SlowTests
{
    /// <summary>Their category, as in the tests.</summary>
    public const string Category = "Slow";
}
