using System.Text;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Recording;

/// <summary>Writes a <see cref="NetworkRecording"/> while it happens.</summary>
internal sealed class RecordingWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Action<string> _notice;
    private bool _failed;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="board">The machine, with the addresses of its interfaces.</param>
    /// <param name="identity">What is run on it.</param>
    /// <param name="notice">Told once when the file cannot be written any more.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public RecordingWriter(string path, Board board, RunIdentity identity, Action<string> notice)
    {
        _path = path;
        _notice = notice;
        _file = HostError.Create("--net-record ", path);
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

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void WriteLine(string line)
    {
        if (_failed)
            return;
        try
        {
            _file.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
        catch (IOException error)
        {
            _failed = true;
            _notice($"{_path} cannot be written any more: {error.Message.TrimEnd('.')}. The recording ends here.");
        }
    }
}
