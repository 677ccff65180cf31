using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// The classes of places of a window. Those in which trials differ are divided, by more and more of the guest's state, and tried again, until
/// they agree or there is nothing more to divide by.
/// </summary>
/// <param name="samples">How many places of a class are tried.</param>
/// <param name="isMine">Whether a class, by its number, is to be tried here.</param>
internal sealed class PlaceTree(int samples, Func<int, bool> isMine)
{
    /// <summary>Of classes that cannot be divided any more, so many times more places are tried.</summary>
    private const int FinestFactor = 16;

    private readonly Dictionary<PlaceKey, PlaceClass> _roots = [];
    private readonly List<PlaceClass> _new = [];
    private readonly Dictionary<PlaceAt, TrialOutcome> _known = [];
    private HashSet<PlaceClass> _filling = [];

    /// <summary>Whether this is the first walk through the window.</summary>
    public bool IsFirst { get; private set; } = true;

    /// <summary>All classes that are not divided further.</summary>
    public IEnumerable<PlaceClass> Leaves => _roots.Values.Where(root => isMine(root.Number)).SelectMany(LeavesOf);

    /// <summary>Takes a place of the window.</summary>
    public void Add(PlaceContext context, PlaceAt place, uint pc)
    {
        PlaceKey key = context.Key();
        if (!_roots.TryGetValue(key, out PlaceClass? at))
        {
            _roots.Add(key, at = new PlaceClass(_roots.Count, 0, pc));
            _new.Add(at);
        }

        while (at.Parts is { } parts)
        {
            ulong detail = context.Detail(at.Depth + 1);
            if (!parts.TryGetValue(detail, out PlaceClass? part))
            {
                parts.Add(detail, part = new PlaceClass(at.Number, at.Depth + 1, pc));
                _new.Add(part);
                _filling.Add(part);
            }

            at = part;
        }

        if (!isMine(at.Number) || (!IsFirst && !_filling.Contains(at)))
            return;
        if (_known.ContainsKey(place))
            at.AddKnown(place);
        else
            at.Add(place, at.Depth == PlaceContext.MaxDepth ? samples * FinestFactor : samples);
    }

    /// <summary>
    /// Gives the places that are to be tried after a walk, in three waves: classes that were never tried, then those beside a fatal one, then the
    /// rest. Each wave is to be tried before the next one is asked for.
    /// </summary>
    public IEnumerable<PlaceAt[]> Waves(Func<uint, string> functionOf)
    {
        PlaceClass[] mine = [.. _new.Where(one => isMine(one.Number))];
        yield return Untried(mine.SelectMany(one => one.Samples.Take(1)));
        HashSet<string> fatal = [.. Leaves.Where(IsFatalNow).Select(leaf => functionOf(leaf.Pc))];
        yield return Untried(mine.Where(one => fatal.Contains(functionOf(one.Pc))).SelectMany(one => one.Samples));
        yield return Untried(mine.SelectMany(one => one.Samples));
    }

    /// <summary>Notes what came of a trial.</summary>
    public void Note(PlaceAt place, TrialOutcome outcome) => _known[place] = outcome;

    /// <summary>Divides the classes in which trials differ. The window has to be walked through again, if there were any.</summary>
    public bool Divide()
    {
        foreach (PlaceClass one in _new.Where(one => isMine(one.Number)))
        {
            foreach (PlaceAt place in one.Samples.Concat(one.Known))
            {
                if (_known.TryGetValue(place, out TrialOutcome outcome))
                    one.Note(outcome);
            }
        }

        PlaceClass[] mixed = [.. _new.Where(one => one.IsMixed && one.Depth < PlaceContext.MaxDepth)];
        foreach (PlaceClass one in mixed)
            one.Divide();
        _new.Clear();
        _filling = [];
        IsFirst = false;
        return mixed.Length > 0;
    }

    /// <summary>Reports the classes.</summary>
    /// <param name="footprint">What the handler was seen to depend on.</param>
    /// <param name="functionOf">The function that an address lies in.</param>
    public ClassesReport Report(Footprint footprint, Func<uint, string> functionOf) => new()
    {
        LearnedFrom = footprint.Trials,
        Pages = footprint.Pages.Count,
        Words = footprint.Words.Count,
        Samples = samples,
        Functions =
        [
            .. Leaves.GroupBy(leaf => functionOf(leaf.Pc)).OrderBy(same => same.Key, StringComparer.Ordinal).Select(same => new FunctionClasses(
                same.Key, same.Count(), same.Sum(leaf => leaf.Members), same.Sum(leaf => leaf.Tried), same.Count(leaf => leaf.IsFatal),
                same.Count(leaf => leaf.IsMixed))),
        ],
    };

    private static IEnumerable<PlaceClass> LeavesOf(PlaceClass one) => one.Parts is { } parts ? parts.Values.SelectMany(LeavesOf) : [one];

    private bool IsFatalNow(PlaceClass leaf) =>
        leaf.IsFatal || leaf.Samples.Concat(leaf.Known).Any(place => _known.GetValueOrDefault(place) == TrialOutcome.Fatal);

    private PlaceAt[] Untried(IEnumerable<PlaceAt> places) => [.. places.Where(place => !_known.ContainsKey(place)).Distinct().Order()];
}
