namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// The other end of the guest's Ethernet cable, on the host. Frames begin with the destination address and have no
/// frame check sequence.
/// </summary>
public interface INetworkBackend : IDisposable
{
    /// <summary>Says what it is, for people.</summary>
    string Description { get; }

    /// <summary>Whether a frame waits for the guest.</summary>
    bool HasFrame { get; }

    /// <summary>Raised with a sentence that a person should read.</summary>
    event Action<string>? Noticed;

    /// <summary>Takes a frame that the guest has sent.</summary>
    void Send(ReadOnlySpan<byte> frame);

    /// <summary>Gives the frame that has waited longest.</summary>
    /// <exception cref="InvalidOperationException">None waits.</exception>
    byte[] Take();

    /// <summary>Does what is to be done for the network, and waits a while for something to happen if nothing has.</summary>
    /// <param name="most">How long it waits at most; zero for not at all.</param>
    void Poll(TimeSpan most);
}
