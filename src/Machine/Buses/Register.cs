namespace PpcJit.Machine.Buses;

/// <summary>One 32-bit register of a <see cref="RegisterFile"/>.</summary>
/// <param name="Offset">Byte offset, DCR offset or index, as the device counts its registers.</param>
/// <param name="Name">Name as the manual gives it, without the device's name.</param>
/// <param name="Reset">Value after reset.</param>
/// <param name="Writable">The bits that a write changes.</param>
/// <param name="WriteOneToClear">
/// The bits that writing 1 clears and writing 0 leaves; not among <paramref name="Writable"/>.
/// </param>
public sealed record Register(uint Offset, string Name, uint Reset = 0, uint Writable = uint.MaxValue, uint WriteOneToClear = 0)
{
    /// <summary>A register that writes do not change.</summary>
    public static Register ReadOnly(uint offset, string name, uint value = 0) => new(offset, name, value, Writable: 0);

    /// <summary>A status or error register whose bits writing 1 clears.</summary>
    public static Register Status(uint offset, string name, uint reset = 0) =>
        new(offset, name, reset, Writable: 0, WriteOneToClear: uint.MaxValue);
}
