using System.Runtime.InteropServices;

namespace PpcJit.Machine.Memory;

/// <summary>Page-aligned native memory, zero at first. The host commits its pages when they are first touched.</summary>
public sealed unsafe class NativeBlock : IDisposable
{
    private const nuint Alignment = 4096;
    private void* _allocated;

    /// <summary>Reserves memory.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <exception cref="OutOfMemoryException">The host has no room.</exception>
    public NativeBlock(nuint bytes)
    {
        _allocated = NativeMemory.AllocZeroed(bytes + Alignment);
        Length = bytes;
        Start = (byte*)(((nuint)_allocated + Alignment - 1) & ~(Alignment - 1));
    }

    /// <summary>Frees the memory if <see cref="Dispose"/> was forgotten.</summary>
    ~NativeBlock() => Free();

    /// <summary>First byte, aligned to 4 KiB.</summary>
    public byte* Start { get; private set; }

    /// <summary>Number of bytes.</summary>
    public nuint Length { get; }

    /// <summary>Frees the memory; no pointer into it may be used any more.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
    }
}
