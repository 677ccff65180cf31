using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Why;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>What <c>why</c> is asked about: a register, or bytes of memory by <c>[physical] ADDRESS[,LENGTH]</c>.</summary>
public static class FollowedPlace
{
    private const string Word = "why";
    private const string NoPlace = "why needs a register or an address: why r3.";

    /// <summary>Refuses what cannot be asked about at any moment, ahead of the run.</summary>
    /// <param name="names">What names mean.</param>
    /// <param name="text">The place.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static void Check(DebugNames names, string text)
    {
        if (text.Trim().Length == 0)
            throw new InputException(NoPlace);
        if (!RegisterNames.Exists(text))
            DebugGrammar.CheckAddress(text, names).OrThrow(Word);
    }

    /// <summary>Finds the place as it is now.</summary>
    /// <param name="names">What names mean.</param>
    /// <param name="text">The place.</param>
    /// <exception cref="InputException">It is none, or nothing is mapped there.</exception>
    internal static ValuePlace Find(DebugNames names, string text)
    {
        if (text.Length == 0)
            throw new InputException(NoPlace);
        if (RegisterNames.Exists(text))
            return ValuePlace.Of(text);
        if (MomentWords.Writes(names, text, Word) is not AccessProbe range)
            throw new InputException("why needs a register, or an address in memory; of a device's register nothing is known but that it was read.");
        if (range.IsPhysical)
            return ValuePlace.Memory(range.Address, range.Length);
        return GuestMemory.TryTranslate(names.Board, range.Address, out uint physical, out _)
            ? ValuePlace.Memory(physical, range.Length)
            : throw new InputException($"why: nothing is mapped at 0x{range.Address:x8} now.");
    }
}
