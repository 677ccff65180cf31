using System.Runtime.InteropServices;

namespace PpcJit.Machine.Memory;

/// <summary>Page-aligned native memory, zero at first. The host commits its pages when they are first touched.</summary>
/// <remarks>
/// Large blocks are mapped by themselves on Linux: the C library's allocator hands out freed memory again and then
/// clears all of it, which would commit tables of which only a few pages are ever used.
/// </remarks>
public sealed unsafe partial class NativeBlock : IDisposable
{
    private const nuint Alignment = 4096;
    private const nuint LeastMapped = 1 << 20;
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;

    private readonly bool _mapped;
    private void* _allocated;

    /// <summary>Reserves memory.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <exception cref="OutOfMemoryException">The host has no room.</exception>
    public NativeBlock(nuint bytes)
    {
        Length = bytes;
        _mapped = OperatingSystem.IsLinux() && bytes >= LeastMapped;
        if (_mapped)
        {
            _allocated = Map(null, bytes, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
            if ((nint)_allocated == -1)
            {
                _allocated = null;
                throw new OutOfMemoryException($"The host has no room for {bytes} bytes.");
            }

            Start = (byte*)_allocated;
            return;
        }

        _allocated = NativeMemory.AllocZeroed(bytes + Alignment);
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

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);

    private void Free()
    {
        if (_allocated == null)
            return;
        if (_mapped)
            Unmap(_allocated, Length);
        else
            NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
    }
}
