using System.Buffers.Binary;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>A buffer descriptor in memory (405GP User's Manual, "Buffer Descriptor Overview").</summary>
/// <param name="Control">Status and control: the upper six bits are the MAL's, the others the EMAC's.</param>
/// <param name="Length">Bytes in the buffer.</param>
/// <param name="Buffer">Physical address of the buffer.</param>
internal readonly record struct MalDescriptor(ushort Control, ushort Length, uint Buffer)
{
    public const int Size = 8;

    /// <summary>Transmit: the buffer is filled and the MAL's. Receive: it is empty and the MAL's.</summary>
    public const ushort Owned = 0x8000;
    public const ushort Wrap = 0x4000;
    public const ushort Continuous = 0x2000;
    public const ushort Last = 0x1000;
    public const ushort First = 0x0800;
    public const ushort Interrupt = 0x0400;

    /// <summary>The bits that belong to the EMAC.</summary>
    public const ushort ClientBits = 0x03ff;
    private const ushort LengthBits = 0x0fff;

    public bool IsOwned => (Control & Owned) != 0;

    public bool IsLast => (Control & Last) != 0;

    /// <summary>Reads a descriptor.</summary>
    /// <returns>False when there is no memory.</returns>
    public static bool TryRead(PhysicalAddressSpace memory, uint address, out MalDescriptor descriptor)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool isMemory = memory.TryCopyOut(address, bytes);
        descriptor = new MalDescriptor(
            BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (ushort)(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & LengthBits),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        return isMemory;
    }

    /// <summary>Hands the descriptor back to software: the status in place of the control bits.</summary>
    /// <param name="memory">Where the descriptor is.</param>
    /// <param name="address">Its address.</param>
    /// <param name="marks">First and Last where they are the MAL's to set; the other bits stay.</param>
    /// <param name="status">What the EMAC says.</param>
    /// <param name="length">The new length.</param>
    /// <returns>False when it cannot be written.</returns>
    public bool TryClose(PhysicalAddressSpace memory, uint address, ushort marks, ushort status, int length)
    {
        // In continuous mode software never gets the buffer, unless there was an error.
        bool stays = (Control & Continuous) != 0 && status == 0;
        uint control = (uint)(Control & ~(ClientBits | Owned)) | marks | status | (stays ? Owned : 0u);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)control);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)length);
        return memory.TryStore(address, bytes);
    }
}
