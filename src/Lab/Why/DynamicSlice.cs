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
    private readonly Timeline _timeline;
    private readonly DebugNames _names;
    private readonly SliceOptions _options;
    private readonly CancellationToken _cancel;
    private readonly DefinitionFinder _finder;
    private readonly SourceFinder _sources;
    private readonly ControlFinder _control;
    private readonly LoadedContents _loaded;
    private readonly HashSet<(ValuePlace Place, Moment At)> _shown = [];
    private int _links;

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
    }

    private Board Board => _names.Board;

    private bool IsFull => _links >= _options.MaxLinks || _cancel.IsCancellationRequested;

    /// <summary>Whether something was cut off, at a bound or by somebody.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Follows the value that a place has now.</summary>
    public CausalLink Follow(ValuePlace place) => FromHere(here => Follow(new SourcePlace(place), here, place.Read(Board), depth: 0));

    /// <summary>Follows the branch, or exception, by which the guest came to the instruction that it is about to execute.</summary>
    /// <returns>Null when it is not known.</returns>
    public CausalLink? FollowControl() => FromHere(here =>
    {
        if (_finder.Before(here) is not { } trace)
            return null;
        return Decided(trace, new TracedEvent(here, RegisterNames.Read(Board.Processor, "pc"), 0, null, 0, 0), depth: 0);
    });

    private T FromHere<T>(Func<Moment, T> follow)
    {
        Moment here = _timeline.Present;
        T found = follow(here);
        _timeline.ForgetProbes();
        _timeline.GoTo(here);
        return found;
    }

    private CausalLink Follow(SourcePlace source, Moment before, uint? value, int depth)
    {
        ValuePlace place = source.Place;
        CausalLink open = new(place, value, null, 0, 0, null, LinkEnd.CutOff) { Through = source.Through };
        if (depth >= _options.MaxDepth || IsFull)
            return CutOff(open);
        _links++;
        if (place.Register is { } register && !place.IsTlb && !EventEffects.Knows(register))
            return open with { End = LinkEnd.Machine };
        if (_finder.Find(place, before) is not var (trace, found, injection))
            return _cancel.IsCancellationRequested ? CutOff(open) : Unwritten(open);
        CausalLink link = open with { At = found.At, Pc = found.Pc, Word = found.Word, Exception = found.Exception, End = LinkEnd.None };
        bool isNew = _shown.Add((place, found.At));
        if (trace is null)
            return ByHand(link, injection, isNew);
        if (!isNew)
            return Placed(link) with { End = LinkEnd.Shown };
        _timeline.GoTo(found.At);
        link = Placed(link) with { Task = _names.Kernel?.RunningLabel };
        EventSources sources = _sources.Of(place, trace, found);
        link = link with
        {
            End = sources.End, Note = sources.Note, Input = sources.Input, Lost = sources.Lost, Effective = Effective(trace, found, place, sources),
        };
        if (place.Register is { } own && EventEffects.ChangesByItself(own) is { } changes)
            link = link with { End = LinkEnd.Machine, Note = $"{changes}; this set it." };

        // All are read now, while the machine stands there.
        (SourcePlace Source, uint? Value)[] from = [.. sources.From.Select(one => (one, one.Place.Read(Board)))];
        (SourcePlace Source, uint? Value)[] values = [.. from.Where(one => one.Source.Through == LinkThrough.Value)];
        link = link with { IsCopy = values is [var (_, moved)] && moved == value && found.Exception is null && link.End == LinkEnd.None };
        int next = link.IsCopy ? depth : depth + 1;
        List<CausalLink> links = [.. from.Select(one => Follow(one.Source, found.At, one.Value, next))];
        if (_options.FollowsControl && !link.IsCopy && !found.IsForeignStore && found.Exception is null
            && Decided(trace, found, next) is { } decided)
            links.Add(decided);
        return link with { From = links };
    }

    /// <summary>Follows what decided that an event came about.</summary>
    private CausalLink? Decided(IntervalTrace trace, TracedEvent found, int depth)
    {
        if (depth >= _options.MaxDepth || IsFull)
        {
            IsCutOff = true;
            return null;
        }

        _timeline.GoTo(found.At);
        if (_control.Find(trace, found) is not var (where, branch))
            return null;
        _links++;
        ValuePlace pc = ValuePlace.Of("pc");
        CausalLink link = Placed(new CausalLink(pc, null, branch.At, branch.Pc, branch.Word, branch.Exception, LinkEnd.None)
        {
            Through = LinkThrough.Control,
        });
        if (!_shown.Add((pc, branch.At)))
            return link with { End = LinkEnd.Shown };
        _timeline.GoTo(branch.At);
        link = link with { Task = _names.Kernel?.RunningLabel };
        if (branch.Exception is not null)
        {
            EventSources taken = _sources.Of(pc, where, branch);
            return link with { End = taken.End, Note = taken.Note, From = FollowAll(taken.From, branch.At, depth + 1) };
        }

        InstructionRow row = Decoder.Row(Decoder.Decode(branch.Word));
        List<CausalLink> from = FollowAll([.. SourceFinder.Asked(row, branch.Word).Select(asked => new SourcePlace(asked))], branch.At, depth + 1);
        if (_options.FollowsControl && Decided(where, branch, depth + 1) is { } before)
            from.Add(before);
        return link with { From = from };
    }

    private List<CausalLink> FollowAll(IReadOnlyList<SourcePlace> sources, Moment at, int depth)
    {
        _timeline.GoTo(at);
        (SourcePlace Source, uint? Value)[] read = [.. sources.Select(source => (source, source.Place.Read(Board)))];
        return [.. read.Select(source => Follow(source.Source, at, source.Value, depth))];
    }

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
        link = Placed(link with { Pc = RegisterNames.Read(Board.Processor, "pc") });
        return link with
        {
            End = isNew ? LinkEnd.Injection : LinkEnd.Shown, Note = InjectionText.Of(made.Change),
            Input = new OutsideInput("", (ulong)number + 1, made.At, 0), Task = _names.Kernel?.RunningLabel,
        };
    }

    private CausalLink Placed(CausalLink link) => link is { Word: 0, Exception: null, Pc: 0 }
        ? link : link with { Where = _names.Describe(link.Pc), Source = _names.SourceLine?.Invoke(link.Pc) };

    private CausalLink CutOff(CausalLink link)
    {
        IsCutOff = true;
        return link;
    }
}
