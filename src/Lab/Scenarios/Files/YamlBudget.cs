namespace PpcJit.Lab.Scenarios.Files;

/// <summary>What reading one scenario file may still cost.</summary>
/// <param name="nodes">Number of nodes of the file.</param>
internal sealed class YamlBudget(long nodes)
{
    private long _characters = YamlLimits.MaxSubstituted;

    /// <summary>Number of nodes of the file.</summary>
    public long Nodes => nodes;

    /// <summary>Takes characters for a text into which settings are put; false when there are no more.</summary>
    public bool TryTake(int characters) => (_characters -= characters) >= 0;
}
