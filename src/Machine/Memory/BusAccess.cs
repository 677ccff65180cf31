namespace PpcJit.Machine.Memory;

/// <summary>An access to a register of a device.</summary>
/// <param name="Address">Physical address; for a device control register its number.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
/// <param name="Value">What was read, or is written.</param>
/// <param name="IsWrite">Whether it is a write.</param>
public readonly record struct BusAccess(uint Address, int Size, uint Value, bool IsWrite);
