using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Why;

/// <summary>Which places changes by hand write. They are no events of a trace: the run notes where they were made.</summary>
internal static class InjectionEffects
{
    /// <summary>Finds the last change by hand that wrote a place.</summary>
    /// <param name="injections">Those of the run, the oldest first.</param>
    /// <param name="place">The place.</param>
    /// <param name="until">The moment; what was changed there counts.</param>
    /// <returns>Its index; -1 for none.</returns>
    public static int FindLast(IReadOnlyList<InjectionAt> injections, ValuePlace place, Moment until)
    {
        for (int n = injections.Count - 1; n >= 0; n--)
        {
            if (injections[n].At <= until && Writes(injections[n].Change, place))
                return n;
        }

        return -1;
    }

    private static bool Writes(Injection change, ValuePlace place) => change switch
    {
        MemoryInjection memory => place.IsMemory
            && (memory.Physical - place.Address < place.Length || place.Address - memory.Physical < (uint)memory.Bytes.Length),
        GprInjection gpr => place.Whole == ValuePlace.Gpr(gpr.Number),
        PcInjection => place.Register == "pc",
        MsrInjection => place.Register == "msr",
        CrInjection => place.Register == "cr",
        SprInjection spr => place.Register is { } register && EventEffects.NameOf(spr.Number) == register,
        TlbEvictInjection evicted => place.IsTlbTag && place.Field == evicted.Index,
        _ => false,
    };
}
