using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Recording;

/// <summary>Writes a <see cref="NetworkRecording"/> while it happens.</summary>
internal sealed class RecordingWriter : IDisposable
{
    private readonly RunningOutput _file;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="board">The machine, with the addresses of its interfaces.</param>
    /// <param name="identity">What is run on it.</param>
    /// <param name="notice">Told once when the file cannot be written any more.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public RecordingWriter(string path, Board board, RunIdentity identity, Action<string> notice)
    {
        _file = new RunningOutput("--net-record ", path, "recording", notice);
        WriteLine($"{NetworkRecording.Signature} {board.Name}");
        foreach ((string name, string value) in identity.Facts)
            WriteLine($"run {name} {value}");
        foreach (IEthernetPort port in board.Ethernet.Where(port => port.IsConnected))
            WriteLine($"port {port.Name} {port.Address}");
    }

    /// <summary>Notes a frame that was put onto the cable to the guest.</summary>
    public void Entered(ulong count, string port, ReadOnlySpan<byte> content) => WriteLine($"in {count} {port} {Convert.ToHexStringLower(content)}");

    /// <summary>Notes a frame that the guest has sent.</summary>
    public void Left(ulong count, string port, ReadOnlySpan<byte> frame)
    {
        RecordedDeparture departure = RecordedDeparture.Of(frame);
        WriteLine($"out {count} {port} {departure.Length} {departure.Checksum:x8}");
    }

    /// <summary>Notes a key of an interactive console.</summary>
    public void Typed(ulong count, byte value) => WriteLine($"key {count} {value:x2}");

    /// <summary>Makes what was written the recording.</summary>
    /// <returns>What went wrong, now or before; null for nothing. The old file is then still there.</returns>
    public string? Complete() => _file.Complete();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void WriteLine(string line) => _file.Write(Encoding.ASCII.GetBytes(line + "\n"));
}
