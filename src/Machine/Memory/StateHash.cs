using System.Numerics;
using System.Runtime.CompilerServices;

namespace PpcJit.Machine.Memory;

/// <summary>
/// A 64-bit hash of machine state, the same on every host. It tells states apart; it is no defence against somebody who forges one.
/// Pages of zeros cost only the look at them, so that the hash of a mostly empty RAM is quick.
/// </summary>
public struct StateHash
{
    private const ulong Prime1 = 0x9e3779b97f4a7c15;
    private const ulong Prime2 = 0xc2b2ae3d27d4eb4f;
    private const int PageSize = 4096;

    private ulong _value;

    /// <summary>The hash of all that was added.</summary>
    public readonly ulong Value => Finish(_value);

    /// <summary>Adds a number.</summary>
    public void Add(ulong value) => _value = BitOperations.RotateLeft((_value ^ value) * Prime1, 29) * Prime2;

    /// <summary>Adds bytes and their number.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            Add(BitConverter.ToUInt64(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte last in bytes)
            Add(last);
    }

    /// <summary>Adds a memory, of which only pages that are not all zero count.</summary>
    public void AddMemory(ReadOnlySpan<byte> memory)
    {
        Add((ulong)memory.Length);
        for (int start = 0; start < memory.Length; start += PageSize)
        {
            ReadOnlySpan<byte> page = memory.Slice(start, Math.Min(PageSize, memory.Length - start));
            if (!page.ContainsAnyExcept((byte)0))
                continue;
            Add((ulong)start);
            AddPage(page);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong lane, ulong word) => BitOperations.RotateLeft((lane ^ word) * Prime1, 31);

    private static ulong Finish(ulong value)
    {
        value = (value ^ (value >> 32)) * Prime2;
        return value ^ (value >> 29);
    }

    private void AddPage(ReadOnlySpan<byte> page)
    {
        // Four lanes, so that the multiplications overlap.
        ulong a = 1, b = 2, c = 3, d = 4;
        while (page.Length >= 4 * sizeof(ulong))
        {
            a = Mix(a, BitConverter.ToUInt64(page));
            b = Mix(b, BitConverter.ToUInt64(page[8..]));
            c = Mix(c, BitConverter.ToUInt64(page[16..]));
            d = Mix(d, BitConverter.ToUInt64(page[24..]));
            page = page[(4 * sizeof(ulong))..];
        }

        Add(a);
        Add(b);
        Add(c);
        Add(d);
        Add(page);
    }
}
