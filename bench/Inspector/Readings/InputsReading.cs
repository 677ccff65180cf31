using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;

namespace PpcJit.Inspector.Readings;

/// <summary>What machines keep of what entered them from outside.</summary>
/// <param name="Bytes">Bytes that it takes, as PpcJit counts them.</param>
/// <param name="Forgotten">How many keys and frames were forgotten.</param>
internal sealed record InputsReading(long Bytes, long Forgotten)
{
    /// <summary>Reads machines.</summary>
    /// <exception cref="BenchException">They are of another version of PpcJit.</exception>
    public static InputsReading Of(IEnumerable<ClrObject> machines)
    {
        ClrObject[] logs = [.. machines.SelectMany(Logs)];
        return new InputsReading(logs.Sum(log => Fields.Value<long>(log, "Bytes")), logs.Sum(log => (long)Fields.Value<int>(log, "Forgotten")));
    }

    private static IEnumerable<ClrObject> Logs(ClrObject machine)
    {
        ClrObject inputs = Fields.Object(machine, "Inputs");
        yield return Fields.Object(inputs, "KeyList");
        yield return Fields.Object(inputs, "TextList");
        foreach (ClrObject link in Fields.Objects(Fields.Object(machine, "_links")))
            yield return Fields.Object(link, "_arrivals");
    }
}
