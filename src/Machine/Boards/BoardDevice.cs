using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>A device of a board.</summary>
/// <param name="Name">Its name, which no other device of the board has.</param>
/// <param name="Device">The device.</param>
public sealed record BoardDevice(string Name, IStateful Device);
