using PpcJit.Machine.Boards;

namespace PpcJit.Machine.Memory;

/// <summary>The whole state of a machine at one count: registers, TLB, devices, events and all plain memories.</summary>
/// <remarks>Taking and restoring copy only the pages that differ, since those are few between two checkpoints.</remarks>
public sealed unsafe class MachineSnapshot : IDisposable
{
    private const int Chunk = 1 << 14;
    private readonly List<NativeBlock> _memories = [];
    private byte[] _state = [];

    /// <summary>Count of completed instructions at which the snapshot was taken.</summary>
    public ulong Count { get; private set; }

    /// <summary>Takes the state of a machine, in place of what was taken before.</summary>
    public void Take(Board board)
    {
        StateWriter writer = new();
        board.Save(writer);
        _state = writer.Written.ToArray();
        Count = board.Processor.State->InstructionCount;
        int next = 0;
        foreach (PhysicalWindow window in board.Memory.Windows)
        {
            if (window.Host == null)
                continue;
            if (next == _memories.Count)
                _memories.Add(new NativeBlock(window.Size));
            Span<byte> kept = Bytes(_memories[next++]);
            for (int start = 0; start < kept.Length; start += Chunk)
            {
                int length = Math.Min(Chunk, kept.Length - start);
                ReadOnlySpan<byte> present = new(window.Host + start, length);
                if (!present.SequenceEqual(kept.Slice(start, length)))
                    present.CopyTo(kept.Slice(start, length));
            }
        }
    }

    /// <summary>Puts a machine of the same kind into the state of the snapshot. Code translated from memory that changes is invalidated.</summary>
    public void Restore(Board board)
    {
        board.Load(new StateReader(_state));
        int next = 0;

        // Where the engine has derived something, it forgets it; the memory is told piece by piece.
        foreach (PhysicalWindow window in board.Memory.Windows)
        {
            if (window.Host == null)
                continue;
            ReadOnlySpan<byte> kept = Bytes(_memories[next++]);
            for (int start = 0; start < kept.Length; start += Chunk)
            {
                int length = Math.Min(Chunk, kept.Length - start);
                RestoreChunk(board, window, start, kept.Slice(start, length));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBlock memory in _memories)
            memory.Dispose();
        _memories.Clear();
    }

    private static Span<byte> Bytes(NativeBlock block) => new(block.Start, (int)block.Length);

    /// <summary>Copies from the first to the last byte that differs, so that code beside changed data stays.</summary>
    private static void RestoreChunk(Board board, PhysicalWindow window, int start, ReadOnlySpan<byte> kept)
    {
        ReadOnlySpan<byte> present = new(window.Host + start, kept.Length);
        int first = present.CommonPrefixLength(kept);
        if (first == kept.Length)
            return;
        int last = kept.Length - 1;
        while (present[last] == kept[last])
            last--;
        board.Memory.TryCopyIn(window.Start + (uint)(start + first), kept[first..(last + 1)]);
    }
}
