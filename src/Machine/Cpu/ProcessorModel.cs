namespace PpcJit.Machine.Cpu;

/// <summary>What distinguishes one chip's 405 core from another's.</summary>
/// <param name="Name">The chip's name.</param>
/// <param name="ProcessorVersion">The PVR.</param>
/// <param name="ClockHz">CPU clock; also the rate of the timebase and the PIT on these chips.</param>
/// <param name="TicksPerInstruction">How many timebase ticks one instruction lasts.</param>
public sealed record ProcessorModel(string Name, uint ProcessorVersion, ulong ClockHz, uint TicksPerInstruction = 1)
{
    /// <summary>Size of the data cache in bytes.</summary>
    public uint DataCacheBytes { get; init; } = 16 * 1024;

    /// <summary>Whether it has MCSR, the machine check syndrome register, as the 405EX.</summary>
    public bool HasMachineCheckSyndrome { get; init; }

    /// <summary>How many instructions make one second of guest time.</summary>
    public ulong InstructionsPerSecond => ClockHz / TicksPerInstruction;
}
