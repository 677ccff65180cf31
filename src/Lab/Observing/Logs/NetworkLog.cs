using System.Buffers.Binary;
using PpcJit.Kernel.Networking;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs frames.</summary>
internal sealed unsafe class NetworkLog(ObservedGuest guest, LogLines lines) : ILogSource
{
    private const int HeaderLength = 14;

    private readonly List<(NetworkLink Link, FramePassed Listener)> _listeners =
        [.. guest.Machine.Links.Select(link => (link, (FramePassed)((frame, isSent) => Note(guest, lines, link, frame, isSent))))];

    /// <inheritdoc/>
    public void Begin()
    {
        foreach ((NetworkLink link, FramePassed listener) in _listeners)
            link.Passed += listener;
    }

    /// <inheritdoc/>
    public void End()
    {
        foreach ((NetworkLink link, FramePassed listener) in _listeners)
            link.Passed -= listener;
    }

    private static void Note(ObservedGuest guest, LogLines lines, NetworkLink link, ReadOnlySpan<byte> frame, bool isSent)
    {
        if (lines.Begin("network   "u8, guest.State->Pc) is not { } line)
            return;
        line.Add(link.Port.Name).Add(isSent ? " sent "u8 : " received "u8).Decimal(frame.Length).Add(" bytes"u8);
        if (frame.Length >= HeaderLength)
        {
            line.Add(" "u8).Add(MacAddress.Read(frame[MacAddress.Length..]).ToString()).Add(" -> "u8).Add(MacAddress.Read(frame).ToString());
            line.Add(" type "u8).Hex(BinaryPrimitives.ReadUInt16BigEndian(frame[12..]), 4);
        }

        lines.End();
    }
}
