using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Why;

/// <summary>Says which bytes of memory an event stored, and which are left, that something else has stored before.</summary>
/// <param name="inputs">What entered the run.</param>
internal sealed class StoredParts(RunInputs inputs)
{
    /// <summary>Bytes that are looked at one by one; of more, all count as stored.</summary>
    private const uint Most = 4096;

    /// <summary>Gives the bytes of a place that an event stored: a run of them, and those that are left.</summary>
    /// <param name="definition">The event.</param>
    /// <param name="place">The place, in memory.</param>
    /// <param name="rest">Receives the runs of bytes that are left.</param>
    public ValuePlace Stored(Definition definition, ValuePlace place, List<ValuePlace> rest)
    {
        if (place.Length > Most)
            return place;
        bool[] stored = new bool[place.Length];
        foreach ((uint physical, uint size) in Ranges(definition))
        {
            for (uint n = 0; n < place.Length; n++)
                stored[n] |= place.Address + n - physical < size;
        }

        ValuePlace? first = null;
        for (uint from = 0, to; from < place.Length; from = to)
        {
            to = from + 1;
            while (to < place.Length && stored[to] == stored[from])
                to++;
            ValuePlace run = ValuePlace.Memory(place.Address + from, to - from);
            if (stored[from] && first is null)
                first = run;
            else
                rest.Add(run);
        }

        return first ?? place;
    }

    private IEnumerable<(uint Physical, uint Size)> Ranges(Definition definition)
    {
        if (definition.Trace is { } trace)
            return trace.AccessesOf(definition.Event).Where(access => access.IsStore).Select(access => (access.Physical, access.Size));
        return inputs.Injections[definition.Injection].Change is MemoryInjection change ? [(change.Physical, (uint)change.Bytes.Length)] : [];
    }
}
