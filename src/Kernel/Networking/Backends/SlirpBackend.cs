using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PpcJit.Kernel.Host;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// A network of its own (libslirp, as QEMU's <c>-nic user</c>): the guest is 10.0.2.15 by DHCP, the gateway and host
/// 10.0.2.2, DNS 10.0.2.3. It needs no permission, as each of the guest's connections becomes one of this program. Its
/// clock is the guest's, so that its time-outs pass at the guest's speed. What the guest sends comes to libslirp
/// through a <see cref="FrameGate"/>, and TFTP is served here.
/// </summary>
internal sealed unsafe class SlirpBackend : INetworkBackend
{
    private const string Installation =
        "on Debian and Ubuntu: apt-get install libslirp0; on Fedora: dnf install libslirp; on macOS: brew install libslirp";
    private const int MaxWaiting = 4096;
    private const int MaxNotices = 100;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Queue<byte[]> _waiting = new();
    private readonly HashSet<string> _notices = [];
    private readonly List<LibC.PollRequest> _polls = [];
    private readonly Dictionary<nint, Timer> _timers = [];
    private readonly Func<long> _nanoseconds;
    private readonly LibSlirp.Callbacks* _callbacks;
    private readonly GCHandle _handle;
    private readonly nint _slirp;
    private readonly FrameGate _gate;
    private readonly TftpServer _tftp;
    private nint _lastTimer;

    /// <summary>Creates the network.</summary>
    /// <param name="options">TFTP folder and more.</param>
    /// <param name="nanoseconds">Gives guest time.</param>
    /// <exception cref="InputException">The library is missing, or something given cannot be used.</exception>
    public SlirpBackend(NetworkOptions options, Func<long> nanoseconds)
    {
        if (!LibSlirp.IsInstalled)
            throw new InputException($"--net user needs the library libslirp ({Installation}).");
        _tftp = new TftpServer(options.TftpFolder is { } folder ? new TftpFolder(folder) : null, nanoseconds, Enqueue);
        _gate = new FrameGate(nanoseconds);
        _nanoseconds = nanoseconds;
        _handle = GCHandle.Alloc(this);
        _callbacks = CreateCallbacks();
        _slirp = Create(options);
        foreach (PortForwarding forwarding in options.Forwardings)
            Forward(forwarding);
    }

    /// <inheritdoc/>
    public event Action<string>? Noticed;

    /// <summary>The guest's address when DHCP gives it one.</summary>
    public static IPAddress GuestAddress { get; } = new([10, 0, 2, 15]);

    /// <summary>The address of gateway, host and TFTP server.</summary>
    public static IPAddress Gateway { get; } = new([10, 0, 2, 2]);

    /// <summary>The station address that libslirp gives the gateway: 52:55 and its IPv4 address.</summary>
    public static MacAddress GatewayStation { get; } = new(0x5255_0a00_0202);

    /// <inheritdoc/>
    public string Description => "user";

    /// <inheritdoc/>
    public bool HasFrame => _waiting.Count > 0;

    private nint Owner => GCHandle.ToIntPtr(_handle);

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> passed = _gate.Pass(frame);
        if (passed.IsEmpty || _tftp.Take(passed))
            return;
        fixed (byte* start = passed)
            LibSlirp.Input(_slirp, start, passed.Length);
    }

    /// <inheritdoc/>
    public byte[] Take() => _waiting.Dequeue();

    /// <inheritdoc/>
    public void Poll(TimeSpan most)
    {
        uint milliseconds = (uint)Math.Ceiling(most.TotalMilliseconds);
        _polls.Clear();
        LibSlirp.FillPolls(_slirp, &milliseconds, &OnAddPoll, Owner);
        int ready;
        fixed (LibC.PollRequest* requests = CollectionsMarshal.AsSpan(_polls))
            ready = LibC.Poll(requests, (nuint)_polls.Count, most > TimeSpan.Zero ? (int)milliseconds : 0);
        LibSlirp.FinishPolls(_slirp, ready < 0 ? 1 : 0, &OnReturned, Owner);
        foreach (Timer timer in _timers.Values.Where(timer => timer.Due <= _nanoseconds() / NanosecondsPerMillisecond).ToArray())
        {
            timer.Due = long.MaxValue;
            timer.Callback(timer.Argument);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_slirp != nint.Zero)
            LibSlirp.Destroy(_slirp);
        _tftp.Dispose();
        NativeMemory.Free(_callbacks);
        _handle.Free();
    }

    private static LibSlirp.Callbacks* CreateCallbacks()
    {
        LibSlirp.Callbacks* callbacks = (LibSlirp.Callbacks*)NativeMemory.Alloc((nuint)sizeof(LibSlirp.Callbacks));
        *callbacks = new LibSlirp.Callbacks
        {
            SendPacket = &OnSendPacket,
            GuestError = &OnGuestError,
            Nanoseconds = &OnNanoseconds,
            NewTimer = &OnNewTimer,
            FreeTimer = &OnFreeTimer,
            SetTimer = &OnSetTimer,
            RegisterPoll = &OnPollChanged,
            UnregisterPoll = &OnPollChanged,
            Notify = &OnNotify,
        };
        return callbacks;
    }

    private static uint Address(byte last) => Number(new IPAddress([10, 0, 2, last]));

    private static uint Number(IPAddress address) => MemoryMarshal.Read<uint>(address.GetAddressBytes());

    private static SlirpBackend From(nint owner) => (SlirpBackend)GCHandle.FromIntPtr(owner).Target!;

    private void Enqueue(byte[] frame)
    {
        if (_waiting.Count < MaxWaiting)
            _waiting.Enqueue(frame);
    }

    private nint Create(NetworkOptions options)
    {
        nint bootFile = options.BootFile is { } name ? Marshal.StringToCoTaskMemUTF8(name) : nint.Zero;
        LibSlirp.Configuration configuration = new()
        {
            Version = LibSlirp.ConfigurationVersion,
            Restricted = options.IsRestricted ? 1 : 0,
            Ipv4Enabled = 1,
            Network = Address(0),
            Netmask = Number(new IPAddress([255, 255, 255, 0])),
            Host = Address(2),
            DhcpStart = Number(GuestAddress),
            NameServer = Address(3),
            BootFile = bootFile,
        };
        nint created = LibSlirp.Create(&configuration, _callbacks, Owner);
        Marshal.FreeCoTaskMem(bootFile); // the library has copied it
        return created != nint.Zero ? created : throw new InputException("--net user: libslirp refuses its configuration.");
    }

    private void Forward(PortForwarding forwarding)
    {
        int result = LibSlirp.Forward(
            _slirp,
            forwarding.IsUdp ? 1 : 0,
            Number(forwarding.Host.Address),
            forwarding.Host.Port,
            Number(forwarding.Guest.Address),
            forwarding.Guest.Port);
        if (result == 0)
            return;
        Dispose();
        throw new InputException($"--net user,hostfwd: {forwarding.Host} of the host cannot be listened to; is another program doing so?");
    }

    // libslirp calls back on the thread that calls it. An exception must not pass through it.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnSendPacket(byte* bytes, nuint length, nint owner)
    {
        From(owner).Enqueue(new ReadOnlySpan<byte>(bytes, (int)length).ToArray());
        return (nint)length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnGuestError(byte* message, nint owner)
    {
        // A hostile guest could make errors without end: each is told once.
        SlirpBackend self = From(owner);
        string text = $"network: {Marshal.PtrToStringUTF8((nint)message)}";
        if (self._notices.Count < MaxNotices && self._notices.Add(text))
            self.Noticed?.Invoke(text);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long OnNanoseconds(nint owner) => From(owner)._nanoseconds();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnNewTimer(delegate* unmanaged[Cdecl]<nint, void> callback, nint argument, nint owner)
    {
        SlirpBackend self = From(owner);
        self._timers[++self._lastTimer] = new Timer(callback, argument);
        return self._lastTimer;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFreeTimer(nint timer, nint owner) => From(owner)._timers.Remove(timer);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSetTimer(nint timer, long milliseconds, nint owner)
    {
        if (From(owner)._timers.TryGetValue(timer, out Timer? set))
            set.Due = milliseconds;
    }

    /// <summary>The list of descriptors is made anew for each poll, so nothing is to be noted.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPollChanged(int descriptor, nint owner)
    {
    }

    /// <summary>There is no other thread to be woken.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNotify(nint owner)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnAddPoll(int descriptor, int events, nint owner)
    {
        List<LibC.PollRequest> polls = From(owner)._polls;
        int flags = ((events & LibSlirp.PollIn) != 0 ? LibC.PollIn : 0)
            | ((events & LibSlirp.PollOut) != 0 ? LibC.PollOut : 0)
            | ((events & LibSlirp.PollPriority) != 0 ? LibC.PollPriority : 0);
        polls.Add(new LibC.PollRequest { Descriptor = descriptor, Events = (short)flags });
        return polls.Count - 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReturned(int index, nint owner)
    {
        int returned = From(owner)._polls[index].Returned;
        return ((returned & LibC.PollIn) != 0 ? LibSlirp.PollIn : 0)
            | ((returned & LibC.PollOut) != 0 ? LibSlirp.PollOut : 0)
            | ((returned & LibC.PollPriority) != 0 ? LibSlirp.PollPriority : 0)
            | ((returned & LibC.PollError) != 0 ? LibSlirp.PollError : 0)
            | ((returned & LibC.PollHangUp) != 0 ? LibSlirp.PollHangUp : 0);
    }

    private sealed class Timer(delegate* unmanaged[Cdecl]<nint, void> callback, nint argument)
    {
        public delegate* unmanaged[Cdecl]<nint, void> Callback => callback;

        public nint Argument => argument;

        /// <summary>When it fires, in milliseconds of guest time.</summary>
        public long Due { get; set; } = long.MaxValue;
    }
}
