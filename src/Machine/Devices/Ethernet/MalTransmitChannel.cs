using System.Buffers;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>What became of a request for a packet to send.</summary>
internal enum FetchResult
{
    /// <summary>There is one.</summary>
    Packet,

    /// <summary>Software has not filled the next descriptor.</summary>
    NotReady,

    /// <summary>The channel is not active; it tells when it is.</summary>
    Inactive,

    /// <summary>An error stopped the channel.</summary>
    Failed,
}

/// <summary>A transmit channel of the MAL: collects packets out of memory.</summary>
/// <param name="mal">The MAL.</param>
/// <param name="number">Number of the channel.</param>
internal sealed class MalTransmitChannel(Mal mal, int number) : MalChannel(mal, number)
{
    private int _firstIndex;
    private int _descriptors;

    /// <inheritdoc/>
    public override bool IsReceiver => false;

    /// <summary>Collects the next packet. Its descriptors stay the MAL's until <see cref="Complete"/>.</summary>
    /// <param name="packet">Receives the packet's bytes.</param>
    /// <param name="control">The EMAC's control bits.</param>
    public FetchResult Fetch(ArrayBufferWriter<byte> packet, out ushort control)
    {
        control = 0;
        packet.ResetWrittenCount();
        if (!IsActive)
            return FetchResult.Inactive;
        int index = Index;
        for (int count = 1; count <= MaxDescriptors; count++)
        {
            if (!MalDescriptor.TryRead(Mal.Memory, AddressOf(index), out MalDescriptor descriptor))
                return Fail(Mal.StopAfterBusError);

            // Where a packet without an end comes round to its own first descriptor, that one is in use already.
            bool isFirst = count == 1;
            bool isReady = descriptor.IsOwned && (isFirst || index != Index);
            if (!isReady)
                return isFirst ? FetchResult.NotReady : Fail(Mal.StopAfterDescriptorError);
            if (isFirst)
                control = (ushort)(descriptor.Control & MalDescriptor.ClientBits);
            if (!Mal.Memory.TryCopyOut(descriptor.Buffer, packet.GetSpan(Math.Max(1, (int)descriptor.Length))[..descriptor.Length]))
                return Fail(Mal.StopAfterBusError);
            packet.Advance(descriptor.Length);
            index = After(index, descriptor);
            if (!descriptor.IsLast)
                continue;
            (_firstIndex, _descriptors, Index) = (Index, count, index);
            return FetchResult.Packet;
        }

        return Fail(Mal.StopAfterDescriptorError);
    }

    /// <summary>Hands the descriptors of the packet that was fetched last back to software.</summary>
    /// <param name="status">What the EMAC says of it.</param>
    public void Complete(ushort status)
    {
        int index = _firstIndex;
        for (int left = _descriptors; left > 0; left--)
        {
            bool isLast = left == 1;
            uint address = AddressOf(index);
            if (!MalDescriptor.TryRead(Mal.Memory, address, out MalDescriptor descriptor)
                || !descriptor.TryClose(Mal.Memory, address, 0, isLast ? status : (ushort)0, descriptor.Length))
            {
                Mal.StopAfterBusError(this);
                return;
            }

            NoteClosed(descriptor, isLast);
            index = After(index, descriptor);
        }

        _descriptors = 0;
    }

    /// <inheritdoc/>
    public override void Deactivate()
    {
        base.Deactivate();
        _descriptors = 0;
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write(_firstIndex);
        writer.Write(_descriptors);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        _firstIndex = reader.ReadInt32();
        _descriptors = reader.ReadInt32();
    }

    private FetchResult Fail(Action<MalChannel> stop)
    {
        stop(this);
        return FetchResult.Failed;
    }
}
