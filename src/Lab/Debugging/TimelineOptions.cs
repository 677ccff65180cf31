using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging;

/// <summary>What a <see cref="Timeline"/> may take.</summary>
public sealed record TimelineOptions
{
    /// <summary>
    /// While nobody has asked to look back: checkpoints so far apart that they cost a boot little, and that each moment of it is still reached
    /// within a few tenths of a second.
    /// </summary>
    public static readonly TimelineOptions Quiet = new() { MaxBytes = 16 << 20, Spacing = 32_000_000, SpacingPart = 8 };

    /// <summary>Bytes that checkpoints may take.</summary>
    public long MaxBytes { get; init; } = 256 << 20;

    /// <summary>Bytes that may be kept of what enters the run from outside. When there is more, history begins later.</summary>
    public long MaxInputBytes { get; init; } = RunInputs.UsualMaxBytes;

    /// <summary>Instructions between two checkpoints while a run goes where none has been.</summary>
    public ulong Spacing { get; init; } = 2_000_000;

    /// <summary>
    /// N where two checkpoints may be 1/N of the run so far apart, if that is more than <see cref="Spacing"/>; 0 where they may not.
    /// A long run over which nobody looks back takes few checkpoints then; who looks back after all waits for that part of it once.
    /// </summary>
    public uint SpacingPart { get; init; }

    /// <summary>Instructions from one checkpoint to the next, by how many a run has executed.</summary>
    internal ulong SpacingAt(ulong count) => SpacingPart == 0 ? Spacing : Math.Max(Spacing, count / SpacingPart);
}
