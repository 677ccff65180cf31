namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>A receive channel of the MAL: puts packets into the buffers that software has prepared.</summary>
/// <param name="mal">The MAL.</param>
/// <param name="number">Number of the channel.</param>
internal sealed class MalReceiveChannel(Mal mal, int number) : MalChannel(mal, number)
{
    /// <inheritdoc/>
    public override bool IsReceiver => true;

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
            packet = packet[part.Length..];
            marks |= packet.IsEmpty ? MalDescriptor.Last : (ushort)0;
            MalDescriptor unmarked =
                descriptor with { Control = (ushort)(descriptor.Control & ~(MalDescriptor.First | MalDescriptor.Last)) };
            if (!Mal.Memory.TryStore(descriptor.Buffer, part)
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
