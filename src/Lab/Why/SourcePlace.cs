namespace PpcJit.Lab.Why;

/// <summary>A place whose value an event used.</summary>
/// <param name="Place">The place.</param>
/// <param name="Through">In what way.</param>
internal readonly record struct SourcePlace(ValuePlace Place, LinkThrough Through = LinkThrough.Value);

/// <summary>What an event made a value from.</summary>
/// <param name="From">The places; empty where the chain ends.</param>
/// <param name="End">Why it ends there.</param>
/// <param name="Note">What else is to be said, in one sentence; null for nothing.</param>
internal sealed record EventSources(IReadOnlyList<SourcePlace> From, LinkEnd End = LinkEnd.None, string? Note = null)
{
    /// <summary>What came from outside; null for nothing.</summary>
    public OutsideInput? Input { get; init; }

    /// <summary>Whose saved state was overwritten; null for nobody's.</summary>
    public LostState? Lost { get; init; }

    /// <summary>Values that a value was made from; where there is none, it is a constant.</summary>
    public static EventSources Of(params IEnumerable<ValuePlace> places)
    {
        SourcePlace[] from = [.. places.Select(place => new SourcePlace(place))];
        return new EventSources(from, from.Length == 0 ? LinkEnd.Constant : LinkEnd.None);
    }
}
