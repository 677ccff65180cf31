using System.Buffers.Binary;
using PpcJit.Kernel.Networking;
using PpcJit.Lab.Observing.Places;

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
            Address(line.Add(" "u8), frame[6..12]);
            Address(line.Add(" -> "u8), frame[..6]);
            line.Add(" type "u8).Hex(BinaryPrimitives.ReadUInt16BigEndian(frame[12..]), 4);
        }

        lines.End();
    }

    private static void Address(LineBuffer line, ReadOnlySpan<byte> address)
    {
        for (int n = 0; n < address.Length; n++)
            line.Add(n == 0 ? "" : ":").Add(address[n].ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
    }
}
