namespace PpcJit.Machine.Devices.Pci;

/// <summary>A function on a PCI bus that answers I/O cycles, as far as it was told to (PCI Local Bus Specification 2.2, 6.2.5).</summary>
public interface IPciIoTarget
{
    /// <summary>Answers a read.</summary>
    /// <param name="address">Address in I/O space.</param>
    /// <param name="size">Width of the access: 1, 2 or 4 bytes.</param>
    /// <param name="value">The value in the low bytes, as a big-endian load puts it into a register.</param>
    /// <returns>False when the address is not the function's.</returns>
    bool TryReadIo(uint address, int size, out uint value);

    /// <summary>Takes a write.</summary>
    /// <param name="address">Address in I/O space.</param>
    /// <param name="size">Width of the access: 1, 2 or 4 bytes.</param>
    /// <param name="value">The value in the low bytes, as a big-endian store has it.</param>
    /// <returns>False when the address is not the function's.</returns>
    bool TryWriteIo(uint address, int size, uint value);
}
