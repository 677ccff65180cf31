using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// Takes a frame as it is on the wire: from the destination address to the frame check sequence, without preamble.
/// </summary>
public delegate void FrameHandler(ReadOnlySpan<byte> frame);

/// <summary>The socket of an Ethernet interface, into which the outside plugs a cable.</summary>
public interface IEthernetPort
{
    /// <summary>Name of the interface as the manual calls it.</summary>
    string Name { get; }

    /// <summary>
    /// The address that the board's firmware gives the interface; what a guest puts into its registers is its own
    /// affair.
    /// </summary>
    MacAddress Address { get; set; }

    /// <summary>Whether a cable with a live other end is plugged in. It is not: then there is no link.</summary>
    bool IsConnected { get; set; }

    /// <summary>
    /// Called with each frame that the guest has sent, when its last bit has left. Any length is possible, and a wrong
    /// frame check sequence too.
    /// </summary>
    FrameHandler? Transmitted { get; set; }

    /// <summary>Whether the cable has room for one more frame. A frame that comes all the same is lost.</summary>
    bool CanReceive { get; }

    /// <summary>Whether the guest has turned the receiver on, so that a frame could make a difference to it.</summary>
    bool IsListening { get; }

    /// <summary>How many frames have been given to <see cref="Receive"/> since the machine was created.</summary>
    ulong FramesArrived { get; }

    /// <summary>
    /// Puts a frame onto the cable; it reaches the guest after the time that its bits last, after those already on the
    /// cable.
    /// </summary>
    /// <param name="frame">The frame with its frame check sequence.</param>
    void Receive(ReadOnlySpan<byte> frame);

    /// <summary>
    /// While the interface stores bytes of a frame into memory: which frame of the cable it is, and the offset in it of the first of them; null
    /// otherwise. A frame that the guest sent to itself has no number.
    /// </summary>
    (Arrival Frame, int Offset)? BeingStored { get; }

    /// <summary>Says which frames of the cable it holds, to be put back together with the state.</summary>
    PortArrivals KeepArrivals();

    /// <summary>Puts back what <see cref="KeepArrivals"/> gave, after the state of that time has been loaded.</summary>
    void Restore(PortArrivals kept);
}

/// <summary>Which frames of its cable an interface holds. No part of its saved state: see <see cref="Arrival"/>.</summary>
/// <param name="OnCable">Those on the cable, in order.</param>
/// <param name="InFifo">Those in the receive FIFO, in order.</param>
public sealed record PortArrivals(IReadOnlyList<Arrival> OnCable, IReadOnlyList<Arrival> InFifo);
