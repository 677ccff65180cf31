using System.Text.Json.Serialization;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>How the places of a window were taken together: what was tried, and what was assumed to come out as what was.</summary>
public sealed record ClassesReport
{
    /// <summary>How many places of each class were tried, where it has so many.</summary>
    public required int Samples { get; init; }

    /// <summary>At how many places the handler was watched to learn what it depends on.</summary>
    public required int LearnedFrom { get; init; }

    /// <summary>How many things that came in the run were let come elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Moved { get; init; }

    /// <summary>How many pages its translations were seen to be needed of, beside the stack's.</summary>
    public required int Pages { get; init; }

    /// <summary>How many words it was seen to read of which it had written none.</summary>
    public required int Words { get; init; }

    /// <summary>The functions that places lie in, by name.</summary>
    public required IReadOnlyList<FunctionClasses> Functions { get; init; }

    /// <summary>How many classes there are.</summary>
    [JsonIgnore]
    public int Count => Functions.Sum(function => function.Classes);

    /// <summary>Places that were not tried: they were taken to be like others of their class.</summary>
    [JsonIgnore]
    public int Assumed => Functions.Sum(function => function.Places - function.Tried);

    /// <summary>Classes with a fatal place.</summary>
    [JsonIgnore]
    public int Fatal => Functions.Sum(function => function.Fatal);

    /// <summary>Classes that could not be divided any more, and in which trials differ.</summary>
    [JsonIgnore]
    public int Mixed => Functions.Sum(function => function.Mixed);

    /// <summary>Puts the classes of two parts of the work together.</summary>
    public static ClassesReport? Combine(ClassesReport? left, ClassesReport? right) => left is null ? right : right is null ? left : left with
    {
        Functions =
        [
            .. left.Functions.Concat(right.Functions).GroupBy(function => function.Function).OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => new FunctionClasses(same.Key, same.Sum(one => one.Classes), same.Sum(one => one.Places),
                    same.Sum(one => one.Tried), same.Sum(one => one.Fatal), same.Sum(one => one.Mixed))),
        ],
    };
}

/// <summary>The classes of places in a function.</summary>
/// <param name="Function">The function; empty where none is known.</param>
/// <param name="Classes">How many.</param>
/// <param name="Places">Places in them.</param>
/// <param name="Tried">Places that were tried.</param>
/// <param name="Fatal">Classes with a fatal place.</param>
/// <param name="Mixed">Classes in which trials differ.</param>
public sealed record FunctionClasses(string Function, int Classes, int Places, int Tried, int Fatal, int Mixed)
{
    /// <summary>The function for people.</summary>
    [JsonIgnore]
    public string Name => Function.Length > 0 ? Function : "no function";
}
