using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Inspector.Readings;

/// <summary>What machines keep of what entered them from outside.</summary>
/// <param name="Bytes">Bytes that it takes, as PpcJit counts them.</param>
/// <param name="Forgotten">How many keys and frames were forgotten.</param>
internal sealed record InputsReading(long Bytes, long Forgotten)
{
    private static readonly Field MachineInputs = new(typeof(GuestMachine), nameof(GuestMachine.Inputs));
    private static readonly Field MachineLinks = new(typeof(GuestMachine), "_links");
    private static readonly Field Keys = new(typeof(RunInputs), nameof(RunInputs.KeyList));
    private static readonly Field Texts = new(typeof(RunInputs), nameof(RunInputs.TextList));
    private static readonly Field Frames = new(typeof(NetworkLink), "_arrivals");
    private static readonly Field LogBytes = new(typeof(InputLog<>), nameof(InputLog<ConsoleInput>.Bytes));
    private static readonly Field LogForgotten = new(typeof(InputLog<>), nameof(InputLog<ConsoleInput>.Forgotten));

    /// <summary>Reads machines.</summary>
    /// <exception cref="BenchException">They are of another version of PpcJit.</exception>
    public static InputsReading Of(IEnumerable<ClrObject> machines)
    {
        ClrObject[] logs = [.. machines.SelectMany(Logs)];
        return new InputsReading(logs.Sum(log => Fields.Value<long>(log, LogBytes)), logs.Sum(log => (long)Fields.Value<int>(log, LogForgotten)));
    }

    private static IEnumerable<ClrObject> Logs(ClrObject machine)
    {
        ClrObject inputs = Fields.Object(machine, MachineInputs);
        yield return Fields.Object(inputs, Keys);
        yield return Fields.Object(inputs, Texts);
        foreach (ClrObject link in Fields.Objects(Fields.Object(machine, MachineLinks)))
            yield return Fields.Object(link, Frames);
    }
}
