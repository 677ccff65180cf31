using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PpcJit.Jit.Cold;

/// <summary>What an access of one register has in host memory: its size, its sign and its byte order.</summary>
internal unsafe interface ICell
{
    /// <summary>Logarithm of the size in bytes.</summary>
    static abstract int SizeLog { get; }

    /// <summary>What a load puts into the register.</summary>
    static abstract uint Read(byte* host);

    /// <summary>Stores the register's low bytes.</summary>
    static abstract void Write(byte* host, uint value);
}

/// <summary>lbz, stb.</summary>
internal readonly unsafe struct ByteCell : ICell
{
    public static int SizeLog => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => *host;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) => *host = (byte)value;
}

/// <summary>lhz, sth.</summary>
internal readonly unsafe struct HalfCell : ICell
{
    public static int SizeLog => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(host));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) =>
        Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness((ushort)value));
}

/// <summary>lha.</summary>
internal readonly unsafe struct SignedHalfCell : ICell
{
    public static int SizeLog => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => (uint)(short)HalfCell.Read(host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) => HalfCell.Write(host, value);
}

/// <summary>lwz, stw.</summary>
internal readonly unsafe struct WordCell : ICell
{
    public static int SizeLog => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(host));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) =>
        Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness(value));
}

/// <summary>lhbrx, sthbrx.</summary>
internal readonly unsafe struct ReversedHalfCell : ICell
{
    public static int SizeLog => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => Unsafe.ReadUnaligned<ushort>(host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) => Unsafe.WriteUnaligned(host, (ushort)value);
}

/// <summary>lwbrx, stwbrx.</summary>
internal readonly unsafe struct ReversedWordCell : ICell
{
    public static int SizeLog => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(byte* host) => Unsafe.ReadUnaligned<uint>(host);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* host, uint value) => Unsafe.WriteUnaligned(host, value);
}
