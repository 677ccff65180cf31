using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Testing;

/// <summary>Why a guest does not go on.</summary>
public enum StopKind
{
    /// <summary>It has executed as many instructions as it was to.</summary>
    Count,

    /// <summary>It came to a breakpoint.</summary>
    Breakpoint,

    /// <summary>It has printed the text that was waited for.</summary>
    Text,

    /// <summary>It ended: a panic, a reset, a loop from which nothing leads out.</summary>
    End,
}

/// <summary>How a guest came to stand where it stands.</summary>
/// <param name="Kind">Why it stopped.</param>
/// <param name="At">Where.</param>
/// <param name="Reason">The same in one sentence.</param>
public sealed record GuestStop(StopKind Kind, Moment At, string Reason)
{
    /// <summary>The breakpoint; null for another reason.</summary>
    public Breakpoint? Breakpoint { get; init; }

    /// <summary>How the guest ended; null where it did not.</summary>
    public RunEnd? End { get; init; }
}
