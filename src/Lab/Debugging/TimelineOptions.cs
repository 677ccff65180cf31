using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging;

/// <summary>What a <see cref="Timeline"/> may take.</summary>
public sealed record TimelineOptions
{
    /// <summary>While nobody has asked to look back.</summary>
    public static readonly TimelineOptions Quiet = new() { MaxBytes = 16 << 20, Spacing = 8_000_000 };

    /// <summary>Bytes that checkpoints may take.</summary>
    public long MaxBytes { get; init; } = 256 << 20;

    /// <summary>Bytes that may be kept of what enters the run from outside. When there is more, history begins later.</summary>
    public long MaxInputBytes { get; init; } = RunInputs.UsualMaxBytes;

    /// <summary>Instructions between two checkpoints while a run goes where none has been.</summary>
    public ulong Spacing { get; init; } = 2_000_000;
}
