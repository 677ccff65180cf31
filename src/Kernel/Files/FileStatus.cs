using System.Runtime.InteropServices;
using PpcJit.Kernel.Host;

namespace PpcJit.Kernel.Files;

/// <summary>What kind of file a path or a descriptor names, links followed.</summary>
internal static unsafe class FileStatus
{
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint TypeAndNumber = 0x101; // STATX_TYPE | STATX_INO
    private const int StatusSize = 256;
    private const int TypeMask = 0xf000;

    /// <summary>Looks what a path names without opening it: opening a FIFO would wait for its other end.</summary>
    /// <returns>Its kind, and a text that is the same for all its names; the text is empty when nothing is there.</returns>
    public static (FileKind Kind, string Identity) Look(string path)
    {
        if (OperatingSystem.IsLinux())
            return LookOnLinux(LibC.CurrentFolder, path, 0);

        // struct stat of macOS: device at 0, mode at 4, inode at 8
        byte* status = stackalloc byte[StatusSize];
        int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? LibC.Stat(path, status)
            : LibC.StatInode64(path, status);
        return result != 0
            ? (FileKind.Missing, "")
            : (KindOf(*(ushort*)(status + 4)), $"{*(uint*)status:x}:{*(ulong*)(status + 8):x}");
    }

    /// <summary>What kind of file is open.</summary>
    public static FileKind KindOfOpen(int descriptor) =>
        (OperatingSystem.IsLinux() ? LookOnLinux(descriptor, "", EmptyPath) : Look($"/dev/fd/{descriptor}")).Kind;

    private static (FileKind Kind, string Identity) LookOnLinux(int folder, string path, int flags)
    {
        // struct statx, the same on every Linux: mode at 28, inode at 32, device at 136
        byte* status = stackalloc byte[StatusSize];
        return LibC.Statx(folder, path, flags, TypeAndNumber, status) != 0
            ? (FileKind.Missing, "")
            : (KindOf(*(ushort*)(status + 28)), $"{*(ulong*)(status + 136):x}:{*(ulong*)(status + 32):x}");
    }

    private static FileKind KindOf(int mode) => (mode & TypeMask) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0x1000 => FileKind.Pipe,
        0x2000 or 0x6000 => FileKind.Device,
        0xc000 => FileKind.Socket,
        _ => FileKind.Other,
    };
}
