namespace PpcJit.Machine.Memory;

/// <summary>The content of all plain memories at one time.</summary>
/// <remarks>
/// Taking and restoring copy only the pages that differ, since those are few between two checkpoints: to compare 32 MiB takes
/// 0.8 ms, to copy them 2.8 (<c>SnapshotBenchmarks</c>), and where a guest never wrote there is nothing to keep.
/// </remarks>
public sealed unsafe class MemorySnapshot : IDisposable
{
    private readonly List<NativeBlock> _memories = [];

    /// <summary>Takes what is in memory, in place of what was taken before.</summary>
    public void Take(PhysicalAddressSpace memory)
    {
        int next = 0;
        foreach (PhysicalWindow window in memory.Windows)
        {
            if (window.Host == null)
                continue;
            if (next == _memories.Count)
                _memories.Add(new NativeBlock(window.Size));
            Span<byte> kept = Bytes(_memories[next++]);
            for (int start = 0; start < kept.Length; start += PhysicalAddressSpace.PageSize)
            {
                int length = Math.Min(PhysicalAddressSpace.PageSize, kept.Length - start);
                ReadOnlySpan<byte> present = new(window.Host + start, length);
                if (!present.SequenceEqual(kept.Slice(start, length)))
                    present.CopyTo(kept.Slice(start, length));
            }
        }
    }

    /// <summary>Puts back what was taken, into a memory with the same windows. Code translated from memory that changes is invalidated.</summary>
    public void Restore(PhysicalAddressSpace memory)
    {
        int next = 0;

        // Where the engine has derived something, it forgets it; the memory is told piece by piece.
        foreach (PhysicalWindow window in memory.Windows)
        {
            if (window.Host == null)
                continue;
            ReadOnlySpan<byte> kept = Bytes(_memories[next++]);
            for (int start = 0; start < kept.Length; start += PhysicalAddressSpace.PageSize)
            {
                int length = Math.Min(PhysicalAddressSpace.PageSize, kept.Length - start);
                RestorePage(memory, window, start, kept.Slice(start, length));
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
    private static void RestorePage(PhysicalAddressSpace memory, PhysicalWindow window, int start, ReadOnlySpan<byte> kept)
    {
        ReadOnlySpan<byte> present = new(window.Host + start, kept.Length);
        int first = present.CommonPrefixLength(kept);
        if (first == kept.Length)
            return;
        int last = kept.Length - 1;
        while (present[last] == kept[last])
            last--;
        memory.TryCopyIn(window.Start + (uint)(start + first), kept[first..(last + 1)]);
    }
}
