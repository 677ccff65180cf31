namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>A place at which a search injects.</summary>
/// <param name="Occurrence">Number of what comes there in place of where it came, from 1; 0 where nothing is moved.</param>
/// <param name="Count">Instructions completed before it.</param>
internal readonly record struct PlaceAt(int Occurrence, ulong Count) : IComparable<PlaceAt>
{
    /// <inheritdoc/>
    public int CompareTo(PlaceAt other) => (Occurrence, Count).CompareTo((other.Occurrence, other.Count));

    /// <inheritdoc/>
    public static bool operator <(PlaceAt left, PlaceAt right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(PlaceAt left, PlaceAt right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(PlaceAt left, PlaceAt right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(PlaceAt left, PlaceAt right) => left.CompareTo(right) >= 0;
}
