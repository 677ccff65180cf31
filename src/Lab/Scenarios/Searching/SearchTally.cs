using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Counts what came of the trials of a search in one machine.</summary>
internal sealed class SearchTally
{
    private readonly Dictionary<string, PlaceGroup> _undecided = [];
    private readonly Dictionary<string, PlaceGroup> _failed = [];
    private readonly Dictionary<string, PlaceGroup> _refused = [];
    private readonly Dictionary<string, CallerReport> _callers = [];

    /// <summary>Places so far.</summary>
    public int Places { get; set; }

    /// <summary>Trials so far.</summary>
    public int Trials { get; set; }

    /// <summary>Places that were left out because of a bound.</summary>
    public int LeftOut { get; set; }

    /// <summary>Places of second searches that were left out because of a bound.</summary>
    public int LeftOutThen { get; set; }

    /// <summary>Undecided trials.</summary>
    public int Undecided => _undecided.Values.Sum(group => group.Times);

    /// <summary>Notes a trial that was undecided.</summary>
    public void AddUndecided(string function, ulong count, string place) => Add(_undecided, function, "", count, place);

    /// <summary>Notes a trial that could not be made.</summary>
    public void AddFailed(string function, string why, ulong count, string place) => Add(_failed, function, why, count, place);

    /// <summary>Notes a place at which there was nothing to be injected.</summary>
    public void AddRefused(string why, ulong count, string place) => Add(_refused, "", why, count, place);

    /// <summary>Notes a trial of a function that was let fail.</summary>
    public void AddCall(string caller, bool isFatal, bool isUndecided)
    {
        if (_callers.Count == SearchReports.MaxGroups && !_callers.ContainsKey(caller))
            return;
        CallerReport known = _callers.GetValueOrDefault(caller) ?? new CallerReport(caller, 0, 0, 0);
        _callers[caller] = known with
        {
            Calls = known.Calls + 1, Fatal = known.Fatal + (isFatal ? 1 : 0), Undecided = known.Undecided + (isUndecided ? 1 : 0),
        };
    }

    /// <summary>Puts all into a report of the same window.</summary>
    public SearchReport In(SearchReport report) => report with
    {
        Places = Places,
        Trials = Trials,
        LeftOut = LeftOut,
        LeftOutThen = LeftOutThen,
        Undecided = Undecided,
        UndecidedIn = [.. _undecided.Values],
        Failed = [.. _failed.Values],
        Refused = [.. _refused.Values],
        Callers = [.. _callers.Values],
    };

    private static void Add(Dictionary<string, PlaceGroup> groups, string function, string why, ulong count, string place)
    {
        string key = $"{function}\n{why}";
        if (groups.TryGetValue(key, out PlaceGroup? known))
            groups[key] = known with { Times = known.Times + 1 };
        else if (groups.Count < SearchReports.MaxGroups)
            groups.Add(key, new PlaceGroup(function, why, 1, count, place));
    }
}
