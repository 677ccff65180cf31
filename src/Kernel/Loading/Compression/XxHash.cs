using System.Buffers.Binary;
using System.Numerics;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>The checksums of LZ4 and Zstandard (Y. Collet, "xxHash fast digest algorithm", version 0.1.1), with the seed 0.</summary>
internal static class XxHash
{
    private const uint Prime32One = 0x9e3779b1;
    private const uint Prime32Two = 0x85ebca77;
    private const uint Prime32Three = 0xc2b2ae3d;
    private const uint Prime32Four = 0x27d4eb2f;
    private const uint Prime32Five = 0x165667b1;
    private const ulong Prime64One = 0x9e3779b185ebca87;
    private const ulong Prime64Two = 0xc2b2ae3d27d4eb4f;
    private const ulong Prime64Three = 0x165667b19e3779f9;
    private const ulong Prime64Four = 0x85ebca77c2b2ae63;
    private const ulong Prime64Five = 0x27d4eb2f165667c5;

    /// <summary>Computes XXH32.</summary>
    public static uint Hash32(ReadOnlySpan<byte> bytes)
    {
        uint length = (uint)bytes.Length;
        uint hash = Prime32Five;
        if (bytes.Length >= 16)
        {
            (uint a, uint b, uint c, uint d) = (unchecked(Prime32One + Prime32Two), Prime32Two, 0u, unchecked(0u - Prime32One));
            for (; bytes.Length >= 16; bytes = bytes[16..])
            {
                a = Round32(a, Word(bytes));
                b = Round32(b, Word(bytes[4..]));
                c = Round32(c, Word(bytes[8..]));
                d = Round32(d, Word(bytes[12..]));
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12)
                + BitOperations.RotateLeft(d, 18);
        }

        hash += length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
            hash = BitOperations.RotateLeft(hash + (Word(bytes) * Prime32Three), 17) * Prime32Four;
        foreach (byte one in bytes)
            hash = BitOperations.RotateLeft(hash + (one * Prime32Five), 11) * Prime32One;
        hash = (hash ^ (hash >> 15)) * Prime32Two;
        hash = (hash ^ (hash >> 13)) * Prime32Three;
        return hash ^ (hash >> 16);
    }

    /// <summary>Computes XXH64.</summary>
    public static ulong Hash64(ReadOnlySpan<byte> bytes)
    {
        ulong length = (ulong)bytes.Length;
        ulong hash = Prime64Five;
        if (bytes.Length >= 32)
        {
            (ulong a, ulong b, ulong c, ulong d) = (unchecked(Prime64One + Prime64Two), Prime64Two, 0ul, unchecked(0ul - Prime64One));
            for (; bytes.Length >= 32; bytes = bytes[32..])
            {
                a = Round64(a, Long(bytes));
                b = Round64(b, Long(bytes[8..]));
                c = Round64(c, Long(bytes[16..]));
                d = Round64(d, Long(bytes[24..]));
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12)
                + BitOperations.RotateLeft(d, 18);
            foreach (ulong part in (ReadOnlySpan<ulong>)[a, b, c, d])
                hash = ((hash ^ Round64(0, part)) * Prime64One) + Prime64Four;
        }

        hash += length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = (BitOperations.RotateLeft(hash ^ Round64(0, Long(bytes)), 27) * Prime64One) + Prime64Four;
        if (bytes.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (Word(bytes) * Prime64One), 23) * Prime64Two) + Prime64Three;
            bytes = bytes[4..];
        }

        foreach (byte one in bytes)
            hash = BitOperations.RotateLeft(hash ^ (one * Prime64Five), 11) * Prime64One;
        hash = (hash ^ (hash >> 33)) * Prime64Two;
        hash = (hash ^ (hash >> 29)) * Prime64Three;
        return hash ^ (hash >> 32);
    }

    private static uint Round32(uint lane, uint word) => BitOperations.RotateLeft(lane + (word * Prime32Two), 13) * Prime32One;

    private static ulong Round64(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * Prime64Two), 31) * Prime64One;

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong Long(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
