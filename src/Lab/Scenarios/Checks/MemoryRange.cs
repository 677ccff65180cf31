using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>What the checks of allocators have in common.</summary>
internal static class MemoryRange
{
    /// <summary>Most bytes of an allocation that is followed.</summary>
    public const uint MaxSize = 1 << 20;

    /// <summary>The register in which a function returns an address.</summary>
    public const int Result = 3;

    /// <summary>Asks for all accesses to what the kernel maps directly, also by other addresses.</summary>
    /// <exception cref="InputException">It is not known where that is.</exception>
    public static void WatchAll(CheckSentence sentence, GuestView guest, WatchList watches)
    {
        if (guest.Kernel.DirectMap is not { } direct)
            throw sentence.Location.Error("this check needs to know where the kernel has its memory: 'direct-size' in 'kernel:'.");
        watches.Data(new DataRange(direct.Virtual, direct.Size, direct.Physical, Reads: true, Writes: true));
    }

    /// <summary>Forgets the words of a range.</summary>
    public static void Remove<T>(Dictionary<uint, T> words, uint physical, Operand size, GuestView guest)
    {
        if (!size.TryEvaluate(guest, out uint bytes, out _))
            bytes = MaxSize;
        for (uint offset = 0; offset < Math.Min(bytes, MaxSize); offset += 4)
            words.Remove((physical + offset) & ~3u);
    }
}
