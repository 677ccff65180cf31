using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>
/// Follows a value back to what it was made from: a dynamic backward slice over data, and on request over addresses and branches. Looking
/// changes nothing: what a run did is done again, and the machine stands where it stood.
/// </summary>
public sealed class DynamicSlice
{
    private static readonly Comparer<(Moment Before, int Order)> NewestFirst = Comparer<(Moment Before, int Order)>.Create(
        (left, right) => left.Before == right.Before ? left.Order - right.Order : right.Before.CompareTo(left.Before));

    private static readonly ValuePlace[] ConditionFields = [.. Enumerable.Range(0, 8).Select(ValuePlace.CrField)];

    private readonly Timeline _timeline;
    private readonly DebugNames _names;
    private readonly SliceOptions _options;
    private readonly CancellationToken _cancel;
    private readonly DefinitionFinder _finder;
    private readonly SourceFinder _sources;
    private readonly ControlFinder _control;
    private readonly LoadedContents _loaded;
    private readonly StoredParts _parts;
    private readonly Dictionary<(ValuePlace Place, Moment At), SliceNode> _shown = [];

    /// <summary>
    /// What is still to be followed, the newest first: so what is traced is mostly near what was traced last, and bounds cut off what is oldest.
    /// </summary>
    private readonly PriorityQueue<SliceNode, (Moment Before, int Order)> _open = new(NewestFirst);
    private readonly List<SliceNode> _nodes = [];

    /// <summary>Prepares to follow values of a run.</summary>
    /// <param name="timeline">The run.</param>
    /// <param name="names">What names mean in it.</param>
    /// <param name="options">How far to go.</param>
    /// <param name="cancel">Gives up; what was found so far is the slice, and says that it was cut off.</param>
    public DynamicSlice(Timeline timeline, DebugNames names, SliceOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(options);
        (_timeline, _names, _options, _cancel) = (timeline, names, options, cancel);
        _finder = new DefinitionFinder(timeline, cancel);
        _sources = new SourceFinder(timeline.Machine, options.FollowsAddresses);
        _control = new ControlFinder(_finder, names.Board);
        _loaded = new LoadedContents(names.Board, names.Loaded);
        _parts = new StoredParts(timeline.Machine.Inputs);
    }

    private Board Board => _names.Board;

    /// <summary>What cut something off.</summary>
    public SliceCut Cut { get; private set; }

    /// <summary>Whether something was cut off, at a bound or by somebody.</summary>
    public bool IsCutOff => Cut != SliceCut.None;

    /// <summary>Says what was cut off, each bound in a sentence.</summary>
    public IEnumerable<string> CutOff =>
    [
        .. Cut.HasFlag(SliceCut.Depth) ? [$"It was cut off: links deeper than {_options.MaxDepth} were not followed."] : (string[])[],
        .. Cut.HasFlag(SliceCut.Links) ? [$"It was cut off: there are more than {_options.MaxLinks} links, of which these are the newest."]
            : (string[])[],
        .. Cut.HasFlag(SliceCut.Time) ? ["It was cut off: the time was up before all was followed."] : (string[])[],
    ];

    /// <summary>Follows the value that a place has now.</summary>
    public CausalLink Follow(ValuePlace place) => FromHere(here => new SliceNode(new SourcePlace(place), here, place.Read(Board)))!;

    /// <summary>Follows the branch, or exception, by which the guest came to the instruction that it is about to execute.</summary>
    /// <returns>Null when it is not known.</returns>
    public CausalLink? FollowControl()
    {
        CausalLink? found = FromHere(here => new SliceNode(new SourcePlace(ValuePlace.Of("pc"), LinkThrough.Control), here, null)
        {
            Decided = (_finder.Before(here), new TracedEvent(here, RegisterNames.Read(Board.Processor, "pc"), 0, null, 0, 0)),
        });
        return found?.At is null ? null : found;
    }

    private CausalLink? FromHere(Func<Moment, SliceNode> begin)
    {
        Moment here = _timeline.Present;
        SliceNode newest = begin(here);
        Add(newest);
        while (_open.TryDequeue(out SliceNode? node, out _))
        {
            _nodes.Add(node);
            Expand(node);
        }

        // What a node was made from has been taken out of the queue after it, and what is shown already before.
        _nodes.Reverse();
        _nodes.ForEach(node => node.FindConstant());
        _nodes.ForEach(node => node.FindConstant());
        _nodes.ForEach(node => node.Close());
        _timeline.ForgetProbes();
        _timeline.GoTo(here);
        return newest.Link;
    }

    private void Add(SliceNode node) => _open.Enqueue(node, (node.Before, _nodes.Count + _open.Count));

    private void Expand(SliceNode node)
    {
        SourcePlace source = node.Source;
        node.Link = new CausalLink(source.Place, node.Value, null, 0, 0, null, LinkEnd.CutOff) { Through = source.Through };
        SliceCut cut = (node.Depth >= _options.MaxDepth ? SliceCut.Depth : 0) | (_nodes.Count > _options.MaxLinks ? SliceCut.Links : 0)
            | (_cancel.IsCancellationRequested ? SliceCut.Time : 0);
        Cut |= cut;
        if (cut != SliceCut.None)
            return;
        if (node.Decided is var (trace, decided))
            FollowDecision(node, trace, decided);
        else
            FollowValue(node);
    }

    private void FollowValue(SliceNode node)
    {
        ValuePlace place = node.Source.Place;
        CausalLink open = node.Link!;
        if (place.Register is { } register && !place.IsTlb && !EventEffects.Knows(register))
        {
            node.Link = open with { End = LinkEnd.Machine };
            return;
        }

        if (place == ValuePlace.Of("cr"))
        {
            node.Link = open with { End = LinkEnd.None };
            _timeline.GoTo(node.Before);
            (SourcePlace Source, uint? Value)[] fields = [.. ConditionFields.Select(field => (new SourcePlace(field), field.Read(Board)))];
            AddAll(node, fields, node.Before, node.Depth);
            return;
        }

        if (_finder.Find(place, node.Before) is not { } definition)
        {
            Cut |= _cancel.IsCancellationRequested ? SliceCut.Time : 0;
            node.Link = _cancel.IsCancellationRequested ? open : Unwritten(open);
            return;
        }

        if (place.IsMemory && !IsWhole(node, definition))
            return;
        (IntervalTrace? trace, TracedEvent found, int injection) = definition;
        if (place.Register == "pc" && trace?.ReachedBy(found) is { } reached && reached != node.Value)
        {
            open = open with { Note = node.Value is { } here ? $"one instruction after the other led from there to 0x{here:x8}." : null };
            node.Narrow(place, reached);
        }

        open = open with { Place = node.Source.Place, Value = node.Value };
        CausalLink link = open with { At = found.At, Pc = found.Where, Word = found.Word, Exception = found.Exception, End = LinkEnd.None };
        node.Shown = ShownBefore(node, found.At);
        if (trace is null)
            node.Link = ByHand(link, injection, node.Shown is null);
        else if (node.Shown is not null)
            node.Link = Placed(link) with { End = LinkEnd.Shown };
        else
            FollowSources(node, link, trace, found);
    }

    /// <summary>
    /// Sees to it that each part of memory that was stored by itself has a link of its own. The newest link has no other that could have several: it
    /// gets them itself.
    /// </summary>
    /// <returns>Whether the node is about what the event stored, and nothing else.</returns>
    private bool IsWhole(SliceNode node, Definition definition)
    {
        ValuePlace place = node.Source.Place;
        List<ValuePlace> rest = [];
        ValuePlace stored = _parts.Stored(definition, place, rest);
        if (rest.Count == 0)
            return true;
        (SourcePlace Source, uint? Value)[] parts = [.. rest.Prepend(stored).Select(part => (node.Source with { Place = part }, PartOf(node, part)))];
        if (node.Parent is not { } user)
        {
            node.Link = node.Link! with { End = LinkEnd.None };
            AddAll(node, parts, node.Before, node.Depth);
            return false;
        }

        AddAll(user, parts[1..], node.Before, node.Depth);
        node.Narrow(stored, parts[0].Value);
        return true;
    }

    /// <summary>The value of some bytes of a node's memory.</summary>
    private uint? PartOf(SliceNode node, ValuePlace part)
    {
        ValuePlace whole = node.Source.Place;
        if (node.Value is { } known && whole.Length <= sizeof(uint))
        {
            int after = (int)(whole.Address + whole.Length - part.Address - part.Length);
            return (known >> (8 * after)) & (uint.MaxValue >> (8 * (int)(sizeof(uint) - part.Length)));
        }

        _timeline.GoTo(node.Before);
        return part.Read(Board);
    }

    private void FollowSources(SliceNode node, CausalLink link, IntervalTrace trace, TracedEvent found)
    {
        ValuePlace place = node.Source.Place;
        _timeline.GoTo(found.At);
        EventSources sources = _sources.Of(place, trace, found);
        link = (found.IsForeignStore ? link : Standing(link)) with
        {
            End = sources.End, Note = sources.Note ?? link.Note, Input = sources.Input, Lost = sources.Lost,
            Effective = Effective(trace, found, place, sources),
        };
        if (place.Register is { } own && EventEffects.ChangesByItself(own) is { } changes)
            link = link with { End = LinkEnd.Machine, Note = $"{changes}; this set it." };

        // All are read now, while the machine stands there.
        (SourcePlace Source, uint? Value)[] from = [.. sources.From.Select(one => (one, one.Place.Read(Board)))];
        (SourcePlace Source, uint? Value)[] values = [.. from.Where(one => one.Source.Through == LinkThrough.Value)];
        node.Link = link with { IsCopy = values is [var (_, moved)] && moved == node.Value && found.Exception is null && link.End == LinkEnd.None };
        AddAll(node, from, found.At, node.Link.IsCopy ? node.Depth : node.Depth + 1);
        FollowMeanwhile(node, found.At);
        if (found.Exception is { } kind && kind.IsInterrupt() && (_options.FollowsControl || link.Lost is not null))
            AddAll(node, [(new SourcePlace(ValuePlace.Of("msr"), LinkThrough.Control), null)], found.At, node.Depth + 1);
        if (_options.FollowsControl && !node.Link.IsCopy && !found.IsForeignStore && found.Exception is null)
            AddDecision(node, trace, found);
    }

    /// <summary>Follows what decided that an event came about.</summary>
    private void FollowDecision(SliceNode node, IntervalTrace? trace, TracedEvent found)
    {
        _timeline.GoTo(found.At);
        if (trace is null || _control.Find(trace, found) is not var (where, branch))
        {
            node.Link = null;
            return;
        }

        CausalLink link = node.Link! with { At = branch.At, Pc = branch.Where, Word = branch.Word, Exception = branch.Exception, End = LinkEnd.None };
        node.Shown = ShownBefore(node, branch.At);
        if (node.Shown is not null)
        {
            node.Link = Placed(link) with { End = LinkEnd.Shown };
            return;
        }

        _timeline.GoTo(branch.At);
        link = Standing(link);
        IReadOnlyList<SourcePlace> from;
        if (branch.Exception is not null)
        {
            EventSources taken = _sources.Of(node.Source.Place, where, branch);
            link = link with { End = taken.End, Note = taken.Note };
            from = taken.From;
        }
        else
        {
            from = [.. SourceFinder.Asked(Decoder.Row(Decoder.Decode(branch.Word)), branch.Word).Select(asked => new SourcePlace(asked))];
        }

        node.Link = link;
        AddAll(node, [.. from.Select(source => (source, source.Place.Read(Board)))], branch.At, node.Depth + 1);
        if (_options.FollowsControl && branch.Exception is null)
            AddDecision(node, where, branch);
    }

    private SliceNode? ShownBefore(SliceNode node, Moment at)
    {
        if (_shown.TryGetValue((node.Source.Place, at), out SliceNode? shown))
            return shown;
        _shown.Add((node.Source.Place, at), node);
        return null;
    }

    private void AddAll(SliceNode node, IEnumerable<(SourcePlace Source, uint? Value)> sources, Moment at, int depth)
    {
        foreach ((SourcePlace source, uint? value) in sources)
            Add(node.Begin(source, at, value, depth));
    }

    private void AddDecision(SliceNode node, IntervalTrace trace, TracedEvent found)
    {
        SliceNode decision = node.Begin(new SourcePlace(ValuePlace.Of("pc"), LinkThrough.Control), found.At, null, node.Depth + 1);
        decision.Decided = (trace, found);
        Add(decision);
    }

    /// <summary>
    /// Where a value was read from memory that was to be written back there, or that was to become an entry of the TLB: whether something
    /// else was stored there meanwhile, which then was lost, or which the entry did not know of.
    /// </summary>
    private void FollowMeanwhile(SliceNode load, Moment at)
    {
        SliceNode? read = load.From.FirstOrDefault(from => from.Source is { Place.IsMemory: true, Through: LinkThrough.Value });
        if (load.Source.Place.IsMemory || read is not { Source.Place: var memory })
            return;
        SliceNode? user = load.Parent;

        // What a handler saves and restores in between is still the same value; what is copied on and on is not on its way back.
        int copies = 0;
        while (user is { Source: { Place.IsTlb: false, Through: LinkThrough.Value } source } && source.Place != memory)
        {
            if (source.Place.IsMemory && (!user.Link!.IsCopy || ++copies > 1))
                return;
            user = user.Parent;
        }

        if (user is null || (user.Source.Place != memory && !user.Source.Place.IsTlb))
            return;

        // What the newest link is about may have been stored in parts, at no one moment.
        Moment? used = user.Source.Place.IsTlb ? user.Before : user.Link!.At;
        if (used is { } then && _finder.Find(memory, then) is { Event: { } stored } && stored.At > at)
            AddAll(user, [(new SourcePlace(memory, LinkThrough.Meanwhile), null)], then, user.Depth + 1);
    }

    /// <summary>Says where the machine stands: ahead of a link's event.</summary>
    private CausalLink Standing(CausalLink link) => Placed(link) with
    {
        Task = _names.Kernel?.RunningLabel,
        State = _options.KeepsStates ? MachineLook.At(Board) : null,
        Function = _names.FunctionAt(link.Pc),
        Caller = _names.Caller is { } caller && CallSites.IsReturnAddress(Board, caller) ? Named(caller - sizeof(uint)) : null,
    };

    /// <summary>What stands in a place that nothing has written.</summary>
    private CausalLink Unwritten(CausalLink link)
    {
        if (_timeline.Lack is not null)
            return link with { End = LinkEnd.Forgotten };
        if (link.Place.Register is { } register && EventEffects.ChangesByItself(register) is { } changes)
            return link with { End = LinkEnd.Machine, Note = $"{changes}." };
        return link.Place.IsMemory && _loaded.Describe(link.Place) is { } loaded
            ? link with { End = LinkEnd.Loaded, Note = loaded } : link with { End = LinkEnd.Beginning };
    }

    /// <summary>The effective address of the access to a place, or to the first one from which it was loaded.</summary>
    private static uint? Effective(IntervalTrace trace, TracedEvent found, ValuePlace place, EventSources sources)
    {
        ValuePlace memory = place.IsMemory ? place : sources.From.FirstOrDefault(source => source.Place.IsMemory).Place;
        return memory.Length == 0 || found.IsForeignStore ? null : trace.AccessesOf(found).Where(access => access.Touches(memory))
            .Select(access => (uint?)access.Effective).FirstOrDefault();
    }

    private CausalLink ByHand(CausalLink link, int number, bool isNew)
    {
        InjectionAt made = _timeline.Machine.Inputs.Injections[number];
        _timeline.GoTo(made.At);
        link = Standing(link with { Pc = RegisterNames.Read(Board.Processor, "pc") });
        return link with
        {
            End = isNew ? LinkEnd.Injection : LinkEnd.Shown, Note = InjectionText.Of(made.Change),
            Input = new OutsideInput("", (ulong)number + 1, made.At, 0),
        };
    }

    private CausalLink Placed(CausalLink link) => link is { Word: 0, Exception: null, Pc: 0 }
        ? link : link with { Where = _names.Describe(link.Pc), Source = _names.SourceLine?.Invoke(link.Pc) };

    private string Named(uint pc) => _names.SourceLine?.Invoke(pc) is { } line ? $"{_names.Describe(pc)} {line}" : _names.Describe(pc);
}
