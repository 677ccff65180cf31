namespace PpcJit.Machine.Boards;

/// <summary>By what an image shows that it is for a board.</summary>
public sealed record BoardMarks
{
    /// <summary>Names of the board in a device tree's root, as <c>compatible</c> has them.</summary>
    public IReadOnlyList<string> Compatible { get; init; } = [];

    /// <summary>Texts with which kernels for the board greet.</summary>
    public IReadOnlyList<string> Greetings { get; init; } = [];

    /// <summary>The address at which kernels for the board are linked and entered; null for none of its own.</summary>
    public uint? LinkedAt { get; init; }
}
