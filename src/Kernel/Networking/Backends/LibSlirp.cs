using System.Reflection;
using System.Runtime.InteropServices;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>The functions and structures of libslirp 4 (version 1 of its configuration, which all of them take).</summary>
internal static unsafe partial class LibSlirp
{
    public const uint ConfigurationVersion = 1;
    public const int PollIn = 1;
    public const int PollOut = 2;
    public const int PollPriority = 4;
    public const int PollError = 8;
    public const int PollHangUp = 16;

    private const string Library = "slirp";
    private static readonly string[] FileNames =
        ["libslirp.so.0", "libslirp.0.dylib", "/opt/homebrew/lib/libslirp.0.dylib", "libslirp-0.dll"];
    private static readonly Lazy<nint> Handle = new(Load);

    static LibSlirp() => NativeLibrary.SetDllImportResolver(
        typeof(LibSlirp).Assembly, static (name, _, _) => name == Library ? Handle.Value : nint.Zero);

    /// <summary>Whether the library is there.</summary>
    public static bool IsInstalled => Handle.Value != nint.Zero;

    [LibraryImport(Library, EntryPoint = "slirp_new")]
    public static partial nint Create(Configuration* configuration, Callbacks* callbacks, nint owner);

    [LibraryImport(Library, EntryPoint = "slirp_cleanup")]
    public static partial void Destroy(nint slirp);

    [LibraryImport(Library, EntryPoint = "slirp_input")]
    public static partial void Input(nint slirp, byte* frame, int length);

    [LibraryImport(Library, EntryPoint = "slirp_pollfds_fill")]
    public static partial void FillPolls(nint slirp, uint* milliseconds, delegate* unmanaged[Cdecl]<int, int, nint, int> add, nint owner);

    [LibraryImport(Library, EntryPoint = "slirp_pollfds_poll")]
    public static partial void FinishPolls(nint slirp, int failed, delegate* unmanaged[Cdecl]<int, nint, int> returned, nint owner);

    [LibraryImport(Library, EntryPoint = "slirp_add_hostfwd")]
    public static partial int Forward(nint slirp, int isUdp, uint hostAddress, int hostPort, uint guestAddress, int guestPort);

    private static nint Load()
    {
        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out nint handle))
                return handle;
        }

        return nint.Zero;
    }

    /// <summary><c>SlirpConfig</c>; IPv4 addresses are as they stand in a packet.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Configuration
    {
        public uint Version;
        public int Restricted;
        public byte Ipv4Enabled;
        public uint Network;
        public uint Netmask;
        public uint Host;
        public byte Ipv6Enabled;
        public Ipv6Address Prefix6;
        public byte PrefixLength6;
        public Ipv6Address Host6;
        public nint HostName;
        public nint TftpServerName;
        public nint TftpPath;
        public nint BootFile;
        public uint DhcpStart;
        public uint NameServer;
        public Ipv6Address NameServer6;
        public nint SearchDomains;
        public nint DomainName;
        public nuint TransmissionUnit;
        public nuint ReceptionUnit;
        public byte DisableHostLoopback;
        public byte EnableEmulation;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Ipv6Address
    {
        public fixed byte Bytes[16];
    }

    /// <summary><c>SlirpCb</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Callbacks
    {
        public delegate* unmanaged[Cdecl]<byte*, nuint, nint, nint> SendPacket;
        public delegate* unmanaged[Cdecl]<byte*, nint, void> GuestError;
        public delegate* unmanaged[Cdecl]<nint, long> Nanoseconds;
        public delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, nint, nint> NewTimer;
        public delegate* unmanaged[Cdecl]<nint, nint, void> FreeTimer;
        public delegate* unmanaged[Cdecl]<nint, long, nint, void> SetTimer;
        public delegate* unmanaged[Cdecl]<int, nint, void> RegisterPoll;
        public delegate* unmanaged[Cdecl]<int, nint, void> UnregisterPoll;
        public delegate* unmanaged[Cdecl]<nint, void> Notify;
    }
}
