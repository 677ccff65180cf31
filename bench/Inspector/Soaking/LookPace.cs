namespace PpcJit.Inspector.Soaking;

/// <summary>
/// Makes the distances between looks uneven. What is held rises and falls with generations, which follow each other at
/// almost even distances: looks in step with them would see one moment of each, the next a little later than the last,
/// and show the rise within a generation as growth.
/// </summary>
internal static class LookPace
{
    /// <summary>The golden section: its multiples' fractions spread evenly and never come back to one place.</summary>
    private const double Golden = 0.6180339887498949;

    /// <summary>The distance before a look, from half of the average to one and a half.</summary>
    /// <param name="look">Looks before it.</param>
    public static double Of(int look) => 0.5 + (look * Golden % 1);
}
