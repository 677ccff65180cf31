using System.Globalization;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// A place in a run: a count of completed instructions, before what is due at that count happens. Between
/// two instructions exceptions may be taken, so there are places after each of them too.
/// </summary>
/// <param name="Count">Completed instructions.</param>
/// <param name="Exceptions">Exceptions taken since the last instruction completed; 0 is where a run first comes to the count.</param>
public readonly record struct Moment(ulong Count, int Exceptions = 0) : IComparable<Moment>
{
    /// <inheritdoc/>
    public static bool operator <(Moment left, Moment right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(Moment left, Moment right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(Moment left, Moment right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(Moment left, Moment right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(Moment other) => Count != other.Count ? Count.CompareTo(other.Count) : Exceptions.CompareTo(other.Exceptions);

    /// <summary>Gives <c>@41,233,107</c>, and after it <c>+2</c> after two exceptions.</summary>
    public override string ToString() =>
        "@" + Count.ToString("N0", CultureInfo.InvariantCulture) + (Exceptions > 0 ? "+" + Exceptions.ToString(CultureInfo.InvariantCulture) : "");
}
