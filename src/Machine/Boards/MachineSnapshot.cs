using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>
/// The whole state of a machine at one count: registers, TLB, devices, events, all plain memories, and what was written to the disk.
/// </summary>
public sealed unsafe class MachineSnapshot : IDisposable
{
    private readonly MemorySnapshot _memory = new();
    private byte[] _state = [];
    private DiskContent? _disk;

    /// <summary>Count of completed instructions at which the snapshot was taken.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the state of a machine, in place of what was taken before.</summary>
    public void Take(Board board)
    {
        StateWriter writer = new();
        board.Save(writer);
        _state = writer.Written.ToArray();
        Count = board.Processor.State->InstructionCount;
        _memory.Take(board.Memory);
        _disk = board.Disk?.Content;
    }

    /// <summary>Puts a machine of the same kind into the state of the snapshot. Code translated from memory that changes is invalidated.</summary>
    public void Restore(Board board)
    {
        board.Load(new StateReader(_state));
        board.RestoreDisk(_disk);
        _memory.Restore(board.Memory);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
