using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>A moment as a person named it: where that is may depend on the run.</summary>
public abstract record MomentReference
{
    /// <summary>Whether only the end of a run says where it is.</summary>
    public bool NeedsEnd => this is EndReference or PanicReference or BackReference;
}

/// <summary><c>@N</c> or <c>N</c>.</summary>
/// <param name="Moment">The moment.</param>
public sealed record CountReference(Moment Moment) : MomentReference;

/// <summary><c>-N</c>: N instructions back from the present.</summary>
/// <param name="Instructions">How many.</param>
public sealed record BackReference(ulong Instructions) : MomentReference;

/// <summary><c>reset</c>: the beginning of the run.</summary>
public sealed record ResetReference : MomentReference;

/// <summary><c>end</c>: the farthest moment that the run has come to.</summary>
public sealed record EndReference : MomentReference;

/// <summary><c>panic</c>: the guest's kernel has said for the first time that it gives up.</summary>
public sealed record PanicReference : MomentReference;

/// <summary>The name of a finding.</summary>
/// <param name="Name">The name.</param>
/// <param name="Moment">Where it is.</param>
public sealed record FindingReference(string Name, Moment Moment) : MomentReference;

/// <summary><c>SYMBOL#k</c>: the k-th arrival at an address, from the beginning of the run.</summary>
/// <param name="Address">The effective address.</param>
/// <param name="Number">Which arrival, from 1.</param>
public sealed record ArrivalReference(uint Address, ulong Number) : MomentReference;
