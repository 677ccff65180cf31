using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>One channel of the MAL: where its descriptor table is, and how far the MAL has come in it.</summary>
/// <param name="mal">The MAL, which keeps the registers.</param>
/// <param name="number">Number of the channel.</param>
internal abstract class MalChannel(Mal mal, int number) : IStateful
{
    /// <summary>Descriptors after which a table without a wrap bit wraps.</summary>
    protected const int MaxDescriptors = 256;

    private const uint TableAlignment = 7;

    /// <summary>Number of the channel.</summary>
    public int Number => number;

    /// <summary>The channel's bit in registers that have one for each channel.</summary>
    public uint Bit => 0x80000000u >> number;

    /// <summary>Whether it receives; otherwise it transmits.</summary>
    public abstract bool IsReceiver { get; }

    /// <summary>Whether software has activated it, and no error has stopped it since.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Called when it becomes active.</summary>
    public Action? Activated { get; set; }

    /// <summary>The next descriptor's index in the table.</summary>
    protected int Index { get; set; }

    /// <summary>The MAL.</summary>
    protected Mal Mal => mal;

    /// <summary>Lets the channel run, from the head of the table.</summary>
    public void Activate()
    {
        if (IsActive)
            return;
        IsActive = true;
        Index = 0;
        Activated?.Invoke();
    }

    /// <summary>Stops the channel; what it was doing is forgotten.</summary>
    public virtual void Deactivate() => IsActive = false;

    /// <inheritdoc/>
    public virtual void Save(StateWriter writer)
    {
        writer.Write(IsActive);
        writer.Write(Index);
    }

    /// <inheritdoc/>
    public virtual void Load(StateReader reader)
    {
        IsActive = reader.ReadBoolean();
        Index = reader.ReadInt32();
    }

    /// <summary>Address of a descriptor.</summary>
    protected uint AddressOf(int index) => (mal.TableOf(this) & ~TableAlignment) + ((uint)index * MalDescriptor.Size);

    /// <summary>The index after a descriptor.</summary>
    protected static int After(int index, MalDescriptor descriptor) =>
        (descriptor.Control & MalDescriptor.Wrap) != 0 ? 0 : (index + 1) % MaxDescriptors;

    /// <summary>Tells the MAL that a descriptor has been handed back.</summary>
    protected void NoteClosed(MalDescriptor descriptor, bool endsPacket)
    {
        if ((descriptor.Control & MalDescriptor.Interrupt) != 0 || (endsPacket && mal.InterruptsAtEndOfPacket))
            mal.NoteEndOfBuffer(this);
    }
}
