namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>A receive channel of the MAL: puts packets into the buffers that software has prepared.</summary>
/// <param name="mal">The MAL.</param>
/// <param name="number">Number of the channel.</param>
internal sealed class MalReceiveChannel(Mal mal, int number) : MalChannel(mal, number)
{
    /// <inheritdoc/>
    public override bool IsReceiver => true;

    /// <summary>While bytes of a packet are being stored, the offset of the first of them in the packet; null otherwise.</summary>
    public int? StoringFrom { get; private set; }

    /// <summary>
    /// Stores a packet in as many buffers as it needs. One that does not fit into the empty buffers is cut, and the
    /// channel stops.
    /// </summary>
    /// <param name="packet">The packet's bytes.</param>
    /// <param name="status">What the EMAC says of it.</param>
    public void Store(ReadOnlySpan<byte> packet, ushort status)
    {
        int bufferSize = Mal.BufferSizeOf(this);
        ushort marks = MalDescriptor.First;
        int length = packet.Length;
        do
        {
            uint address = AddressOf(Index);
            if (!MalDescriptor.TryRead(Mal.Memory, address, out MalDescriptor descriptor))
            {
                Mal.StopAfterBusError(this);
                return;
            }

            if (!descriptor.IsOwned)
            {
                Mal.StopAfterDescriptorError(this);
                return;
            }

            ReadOnlySpan<byte> part = packet[..Math.Min(bufferSize, packet.Length)];
            StoringFrom = length - packet.Length;
            bool isStored = Mal.Memory.TryStore(descriptor.Buffer, part);
            StoringFrom = null;
            packet = packet[part.Length..];
            marks |= packet.IsEmpty ? MalDescriptor.Last : (ushort)0;
            MalDescriptor unmarked =
                descriptor with { Control = (ushort)(descriptor.Control & ~(MalDescriptor.First | MalDescriptor.Last)) };
            if (!isStored
                || !unmarked.TryClose(Mal.Memory, address, marks, packet.IsEmpty ? status : (ushort)0, part.Length))
            {
                Mal.StopAfterBusError(this);
                return;
            }

            Index = After(Index, descriptor);
            NoteClosed(descriptor, packet.IsEmpty);
            marks = 0;
        }
        while (!packet.IsEmpty);
    }
}
