using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// All of a <see cref="GuestMachine"/> at a count, other than its memories: registers, TLB and devices, and how far
/// everything around the machine had come.
/// </summary>
public sealed class MachineCheckpoint
{
    internal MachineCheckpoint()
    {
    }

    /// <summary>What a written sector takes beside its bytes, about.</summary>
    private const int SectorOverhead = 160;

    /// <summary>Completed instructions.</summary>
    public ulong Count { get; internal init; }

    /// <summary>Bytes that it takes, about.</summary>
    public int Bytes => State.Length + 1024 + (Prompted is { } prompted ? (24 * prompted.Waiting.Length) + prompted.Shown.Length : 0)
        + (FreshSectors * (DiskContent.SectorSize + SectorOverhead));

    /// <summary>Reads what <see cref="Save"/> wrote, as the beginning of a run into which nothing has come yet.</summary>
    /// <param name="reader">What was written.</param>
    /// <param name="alike">A checkpoint of a machine of the same kind.</param>
    /// <param name="mostMore">So many bytes a state of this kind may have more than that one's.</param>
    /// <exception cref="InvalidDataException">It is of another kind of machine, or damaged.</exception>
    internal static MachineCheckpoint Load(StateReader reader, MachineCheckpoint alike, int mostMore)
    {
        ulong count = reader.ReadUInt64();
        int length = reader.ReadInt32();
        if (length < alike.State.Length || length > alike.State.Length + mostMore)
            throw new InvalidDataException("The state is of another length.");
        byte[] state = new byte[length];
        reader.ReadBytes(state);
        ExceptionHistory exceptions = ExceptionHistory.Load(reader, alike.Exceptions!);
        LineState[] lines = [.. alike.Lines.Select(_ => new LineState(reader.ReadUInt64(), 0))];
        uint pulses = reader.ReadUInt32();
        uint held = reader.ReadUInt32();
        PromptedInputState? prompted = reader.ReadBoolean() ? PromptedInputState.Load(reader) : null;
        return new MachineCheckpoint { Count = count, State = state, Exceptions = exceptions, Lines = lines, Pulses = pulses, Held = held,
            Prompted = prompted, Links = new ulong[alike.Links.Length] };
    }

    /// <summary>Writes it for another run: what has entered is not in it, other than what waits for a prompt.</summary>
    internal void Save(StateWriter writer)
    {
        writer.Write(Count);
        writer.Write(State.Length);
        writer.Write(State.AsSpan());
        Exceptions!.Save(writer);
        foreach (LineState line in Lines)
            writer.Write(line.Sent);
        writer.Write(Pulses);
        writer.Write(Held);
        writer.Write(Prompted is not null);
        Prompted?.Save(writer);
    }

    internal byte[] State { get; init; } = [];

    /// <summary>The interrupt controllers' part of <see cref="State"/> once more, where it is known.</summary>
    internal byte[]? Controllers { get; init; }

    /// <summary>Whether lines that only the data cache holds are in <see cref="State"/>, behind the devices.</summary>
    internal bool HasCacheLines { get; init; }

    internal ExceptionHistory? Exceptions { get; init; }

    internal PromptedInputState? Prompted { get; init; }

    /// <summary>Pulses of interrupts that had not been taken.</summary>
    internal uint Pulses { get; init; }

    /// <summary>Interrupts that were held: <see cref="Processor.HeldInterrupts"/>.</summary>
    internal uint Held { get; init; }

    /// <summary>How far the serial lines had come.</summary>
    internal LineState[] Lines { get; init; } = [];

    /// <summary>What the guest had made of the disk; null for a machine without.</summary>
    internal DiskContent? Disk { get; init; }

    /// <summary>Sectors that were written since the checkpoint that was made before this one: all others are shared with it.</summary>
    internal int FreshSectors { get; init; }

    internal int Texts { get; init; }

    internal int Injections { get; init; }

    /// <summary>For each cable the frames that the guest had sent and received.</summary>
    internal ulong[] Links { get; init; } = [];

    /// <summary>For each cable the frames that the interface holds; empty when that is not known.</summary>
    internal PortArrivals[] Frames { get; init; } = [];
}
