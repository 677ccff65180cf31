using System.Runtime.InteropServices;
using System.Text;
using PpcJit.Kernel.Host;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// A TAP device of a Linux host: what the guest sends appears on it as if it had come from a cable, and the other way
/// round.
/// </summary>
internal sealed unsafe class TapBackend : INetworkBackend
{
    private const string Device = "/dev/net/tun";
    private const int MaxNameLength = 15;
    private const int RequestSize = 40; // struct ifreq
    private const int FlagsOffset = 16;
    private const short TapWithoutHeader = 0x1002; // IFF_TAP | IFF_NO_PI
    private const nuint SetInterface = 0x400454ca; // TUNSETIFF
    private const int MaxFrameLength = 1 << 16;
    private const int MaxWaiting = 256;

    private readonly int _descriptor;
    private readonly Queue<byte[]> _waiting = new();
    private readonly byte[] _buffer = new byte[MaxFrameLength];

    /// <summary>Opens the device.</summary>
    /// <param name="name">Its name, which may exist already; null lets the host choose one.</param>
    /// <exception cref="InputException">The host does not let us.</exception>
    public TapBackend(string? name)
    {
        if (!OperatingSystem.IsLinux())
            throw new InputException("--net tap is a device of Linux hosts; --net user works everywhere.");
        if (name is not null && (name.Length is 0 or > MaxNameLength || !Ascii.IsValid(name)))
            throw new InputException($"--net tap,ifname={name}: the name of an interface has 1 to {MaxNameLength} characters.");
        _descriptor = LibC.Open(Device, LibC.ReadWrite | LibC.NonBlocking);
        if (_descriptor < 0)
            throw Refused($"{Device} cannot be opened", Marshal.GetLastPInvokeError());

        byte* request = stackalloc byte[RequestSize];
        new Span<byte>(request, RequestSize).Clear();
        Encoding.ASCII.GetBytes(name ?? "", new Span<byte>(request, MaxNameLength));
        *(short*)(request + FlagsOffset) = TapWithoutHeader;
        if (LibC.Control(_descriptor, SetInterface, request) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Dispose();
            throw Refused($"the device '{name ?? "tap%d"}' cannot be used", error);
        }

        Description = $"tap {Marshal.PtrToStringAnsi((nint)request)}";
    }

    /// <inheritdoc/>
    public event Action<string>? Noticed
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public bool HasFrame => _waiting.Count > 0;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        // While the interface is down the host refuses frames: they are lost, as on a cable to nowhere.
        fixed (byte* start = frame)
            _ = LibC.Write(_descriptor, start, (nuint)frame.Length);
    }

    /// <inheritdoc/>
    public byte[] Take() => _waiting.Dequeue();

    /// <inheritdoc/>
    public void Poll(TimeSpan most)
    {
        if (most > TimeSpan.Zero)
        {
            LibC.PollRequest request = new() { Descriptor = _descriptor, Events = LibC.PollIn };
            _ = LibC.Poll(&request, 1, (int)Math.Ceiling(most.TotalMilliseconds));
        }

        fixed (byte* start = _buffer)
        {
            while (_waiting.Count < MaxWaiting)
            {
                nint length = LibC.Read(_descriptor, start, (nuint)_buffer.Length);
                if (length <= 0)
                    return;
                _waiting.Enqueue(_buffer.AsSpan(0, (int)length).ToArray());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(_descriptor);

    private static InputException Refused(string what, int error)
    {
        string help = error switch
        {
            LibC.NotPermitted or LibC.AccessDenied =>
                " It takes the capability CAP_NET_ADMIN, or a device made for you: sudo ip tuntap add dev tap0 mode tap user $USER.",
            LibC.NoSuchFile => " Load the host's kernel module tun: sudo modprobe tun.",
            LibC.Busy => " Another program uses it.",
            _ => "",
        };
        return new InputException($"--net tap: {what}: {Marshal.GetPInvokeErrorMessage(error)}.{help}");
    }
}
