namespace PpcJit.Machine.Time;

/// <summary>
/// Something that came into the machine from outside: a character of a serial line, or a frame. Devices pass it along with what they hold, for people
/// who ask where a value comes from; a guest cannot see it, so it is no part of the saved state.
/// </summary>
/// <param name="Number">Which of those that its line has brought, from 1; 0 when that is not known.</param>
/// <param name="Count">Completed instructions when it came.</param>
public readonly record struct Arrival(ulong Number, ulong Count)
{
    /// <summary>Whether it is known which it is.</summary>
    public bool IsKnown => Number != 0;
}
