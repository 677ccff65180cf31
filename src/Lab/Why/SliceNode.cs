using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Why;

/// <summary>A link of a slice that is being made.</summary>
/// <param name="source">Which value it says something about.</param>
/// <param name="before">The moment at which the value is used; what made it is before that.</param>
/// <param name="value">The value; null where it cannot be read.</param>
/// <param name="parent">The link whose event used it; null for the newest one.</param>
/// <param name="depth">Links before it, those not counted that only move the value.</param>
internal sealed class SliceNode(SourcePlace source, Moment before, uint? value, SliceNode? parent = null, int depth = 0)
{
    private readonly List<SliceNode> _from = [];
    private bool _isConstant;

    public SourcePlace Source { get; private set; } = source;

    public Moment Before => before;

    public uint? Value { get; private set; } = value;

    public SliceNode? Parent => parent;

    public int Depth => depth;

    /// <summary>Of what event it is asked what decided that it came about, and the trace of what was before; null for a value.</summary>
    public (IntervalTrace? Trace, TracedEvent Event)? Decided { get; set; }

    /// <summary>What was found; null before that, and where nothing can be said.</summary>
    public CausalLink? Link { get; set; }

    /// <summary>What the link's event used.</summary>
    public IReadOnlyList<SliceNode> From => _from;

    /// <summary>Adds something that the link's event used.</summary>
    public SliceNode Begin(SourcePlace used, Moment at, uint? usedValue, int usedDepth)
    {
        SliceNode node = new(used, at, usedValue, this, usedDepth);
        _from.Add(node);
        return node;
    }

    /// <summary>Makes it a link about a part of the value: others are about the rest.</summary>
    public void Narrow(ValuePlace part, uint? partValue)
    {
        (Source, Value) = (Source with { Place = part }, partValue);
        if (Parent?.Link is { } user)
            Parent.Link = user with { IsCopy = false };
    }

    /// <summary>What says the same already; null for nothing.</summary>
    public SliceNode? Shown { get; set; }

    /// <summary>Finds out whether the value is the same in every run; to be called when that is known of what it was made from.</summary>
    public void FindConstant() => _isConstant = Shown is not null ? Shown._isConstant : !Source.Place.IsMemory && Link is { Exception: null }
        && (Link.End == LinkEnd.Constant || (_from.Count > 0 && _from.All(node => node._isConstant)));

    /// <summary>
    /// Gives the link what it was made from, the newest first, and then what decided. An address is no cause that is the same in every run,
    /// since it is made of constants alone and not read from memory. To be called when all of what it was made from is closed.
    /// </summary>
    public void Close()
    {
        IEnumerable<CausalLink> links = _from.Where(node => !(node._isConstant && node.Source.Through == LinkThrough.Address))
            .Select(node => node.Link).OfType<CausalLink>();
        Link = Link is null ? null
            : Shown is not null && _isConstant ? Link with { End = LinkEnd.Constant }
            : Link with { From = [.. links.OrderBy(link => link.Through switch { LinkThrough.Meanwhile => 0, LinkThrough.Control => 2, _ => 1 })
                .ThenByDescending(link => link.At ?? default)] };
    }
}
