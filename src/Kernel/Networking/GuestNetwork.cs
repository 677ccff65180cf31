using PpcJit.Kernel.Networking.Backends;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking;

/// <summary>The cables of a board for one run.</summary>
public sealed class GuestNetwork : IDisposable
{
    private readonly List<NetworkLink> _links = [];
    private readonly List<LiveLink> _live = [];
    private readonly List<string> _unsaid = [];
    private Action<string>? _noticed;

    private GuestNetwork()
    {
    }

    /// <summary>
    /// Raised with a sentence that a person should read. What was to be said before anybody listened is said to the
    /// first who does.
    /// </summary>
    public event Action<string>? Noticed
    {
        add
        {
            _noticed += value;
            foreach (string message in _unsaid)
                value?.Invoke(message);
            _unsaid.Clear();
        }
        remove => _noticed -= value;
    }

    /// <summary>The cables that are plugged in.</summary>
    public IReadOnlyList<NetworkLink> Links => _links;

    /// <summary>Whether frames can come from the host at any time.</summary>
    public bool IsLive => _live.Count > 0;

    /// <summary>Whether what comes from outside comes from a recording.</summary>
    public bool IsReplay { get; private set; }

    /// <summary>Whether a frame from the host could make a difference to the guest now.</summary>
    public bool IsListenedTo => _live.Exists(link => link.Port.IsListening);

    /// <summary>Plugs the cables in. To be called before the guest is loaded, as the firmware tells it the addresses.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="settings">What the interfaces are connected to.</param>
    /// <exception cref="InputException">Something given cannot be used.</exception>
    public static GuestNetwork Open(Board board, NetworkSettings settings)
    {
        if (settings.Interfaces.Count > board.Ethernet.Count)
        {
            string interfaces = board.Ethernet.Count == 1 ? "1 Ethernet interface" : $"{board.Ethernet.Count} Ethernet interfaces";
            throw new InputException($"{board.Name} has {interfaces}; --net is given {settings.Interfaces.Count} times.");
        }

        GuestNetwork network = new();
        try
        {
            network.Connect(board, settings);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Does what is to be done for the network on the host; frames that came enter the guest at the present count.</summary>
    public void Poll()
    {
        foreach (LiveLink link in _live)
            link.Poll(TimeSpan.Zero);
    }

    /// <summary>Waits until something happens on the network, at most for a while.</summary>
    public void Wait(TimeSpan most)
    {
        for (int n = 0; n < _live.Count; n++)
            _live[n].Poll(most / _live.Count);
    }

    /// <summary>Makes captures of a run that has ended the files; without this, files of that name stay as they were.</summary>
    /// <returns>A sentence for each that could not be written.</returns>
    public IReadOnlyList<string> Complete() => [.. _links.Select(link => link.Complete()).OfType<string>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NetworkLink link in _links)
            link.Dispose();
    }

    private void Connect(Board board, NetworkSettings settings)
    {
        NetworkRecording? replay = settings.ReplayPath is { } path ? NetworkRecording.Read(path) : null;
        IsReplay = replay is not null;
        RunIdentity identity = settings.Identity ?? RunIdentity.Of(board);
        replay?.Check(board, identity, Notice);
        if (replay is not null && board.Console is { } console)
            ReplayKeys(board, new ConsoleKeys(board, console, entered: null), replay.Keys);
        for (int n = 0; n < board.Ethernet.Count; n++)
        {
            IEthernetPort port = board.Ethernet[n];
            NetworkOptions options = n < settings.Interfaces.Count ? settings.Interfaces[n] : new NetworkOptions();
            RecordedPort? recorded = settings.Recorded?.GetValueOrDefault(port.Name);
            port.Address = recorded?.Address ?? options.Address ?? port.Address;
            NetworkLink? link = recorded is not null && options.Kind == NetworkKind.None
                ? new RecordedLink(board, port, Capture(board, options))
                : Link(board, port, options, replay);
            if (link is null)
                continue;
            if (recorded is not null)
                link.Follow(recorded);
            _links.Add(link);
        }
    }

    private static void ReplayKeys(Board board, ConsoleKeys keyboard, IReadOnlyList<ConsoleInput> keys)
    {
        board.Loaded += () => keyboard.Replay(keys);
        keyboard.Replay(keys);
    }

    private NetworkLink? Link(Board board, IEthernetPort port, NetworkOptions options, NetworkRecording? replay)
    {
        RecordedPort? recording = replay?.Ports.GetValueOrDefault(port.Name);
        if (recording is not null && options.Kind != NetworkKind.None)
            throw new InputException($"A replay takes the place of the network: --net for {port.Name} can only be none, with pcap.");
        if (recording is null && options.Kind == NetworkKind.None)
        {
            return options.CapturePath is not { } path ? null : throw new InputException(
                $"--net none,pcap={path}: where no cable is plugged in there is nothing to capture; "
                    + "pcap goes with user, tap, or a run that is done again.");
        }

        PcapFile? capture = Capture(board, options);
        try
        {
            if (recording is not null)
                return new ReplayLink(board, port, recording, capture, Notice);
            INetworkBackend backend = options.Kind == NetworkKind.Tap
                ? new TapBackend(options.InterfaceName)
                : new SlirpBackend(options, () => (long)board.Events.Nanoseconds(board.Events.Now));
            backend.Noticed += Notice;
            LiveLink live = new(board, port, backend, capture);
            _live.Add(live);
            return live;
        }
        catch
        {
            capture?.Dispose();
            throw;
        }
    }

    private PcapFile? Capture(Board board, NetworkOptions options) =>
        options.CapturePath is { } path ? new PcapFile(path, board.Events.InstructionsPerSecond, Notice) : null;

    private void Notice(string message)
    {
        if (_noticed is { } listeners)
            listeners(message);
        else
            _unsaid.Add(message);
    }
}
