using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>A device of a board.</summary>
/// <param name="Name">Its name, which no other device of the board has.</param>
/// <param name="Device">The device.</param>
public sealed record BoardDevice(string Name, IStateful Device)
{
    /// <summary>Which resets concern it.</summary>
    public ResetBy Reset { get; init; }
}

/// <summary>Which resets put a device into the state in which the machine started.</summary>
public enum ResetBy
{
    /// <summary>A reset of the chip, and so of the system too: what is on the chip.</summary>
    Chip,

    /// <summary>A reset of the system alone: what stands beside the chip.</summary>
    System,

    /// <summary>None: what a battery keeps, or holds without power.</summary>
    Nothing,
}
