using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// The packets of gdb's remote protocol on a connection (GDB manual, "Overview" of the remote protocol):
/// <c>$data#checksum</c>, acknowledged until the client wants that no more. What comes in is read by a thread of its
/// own, so that Ctrl-C is heard while the guest runs. Nothing that a client sends makes it throw.
/// </summary>
internal sealed class PacketStream : IDisposable
{
    /// <summary>Bytes of the longest packet, which the client is told.</summary>
    public const int MaxPacket = 0x4000;

    private const int MaxWaiting = 64;
    private const int FullInterval = 50;
    private const byte CtrlC = 3;
    private const char Escape = '}';
    private const int EscapeMask = 0x20;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly BlockingCollection<string> _packets = new(MaxWaiting);
    private readonly Lock _writing = new();
    private readonly StringBuilder _data = new();
    private readonly Action _urgent;
    private byte[] _last = [];
    private volatile bool _acknowledges = true;
    private volatile bool _interrupted;
    private State _state;
    private bool _isTooLong;
    private bool _isEscaped;
    private byte _sum;
    private int _checksum;

    /// <summary>Begins to read.</summary>
    /// <param name="input">From the client.</param>
    /// <param name="output">To the client.</param>
    /// <param name="urgent">Called by another thread when the client sends Ctrl-C or is gone.</param>
    public PacketStream(Stream input, Stream output, Action urgent)
    {
        (_input, _output, _urgent) = (input, output, urgent);
        new Thread(ReadAll) { IsBackground = true, Name = "gdb input" }.Start();
    }

    private enum State
    {
        Between,
        Data,
        FirstDigit,
        SecondDigit,
    }

    /// <summary>Whether the client is gone.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>What stands for a packet that is longer than <see cref="MaxPacket"/>.</summary>
    public static string TooLong => "\0too long";

    /// <summary>Takes the next packet.</summary>
    /// <param name="wait">How long to wait for one.</param>
    /// <returns>Its data with each byte as a character; null when there is none.</returns>
    public string? Take(TimeSpan wait)
    {
        if (_packets.TryTake(out string? packet, wait))
            return packet;
        return null;
    }

    /// <summary>Whether the client has sent Ctrl-C since it was asked last.</summary>
    public bool TakeInterrupt()
    {
        bool interrupted = _interrupted;
        _interrupted = false;
        return interrupted;
    }

    /// <summary>Sends a packet.</summary>
    /// <param name="data">Its data, each byte as a character.</param>
    public void Send(string data)
    {
        StringBuilder packet = new("$", data.Length + 8);
        byte sum = 0;
        void Add(char character)
        {
            sum += (byte)character;
            packet.Append(character);
        }

        foreach (char character in data)
        {
            if (character is '$' or '#' or Escape or '*')
            {
                Add(Escape);
                Add((char)(character ^ EscapeMask));
            }
            else
            {
                Add(character);
            }
        }

        packet.Append(CultureInfo.InvariantCulture, $"#{sum:x2}");
        _last = Encoding.Latin1.GetBytes(packet.ToString());
        Write(_last);
    }

    /// <summary>Wants no acknowledgements from now on, and sends none.</summary>
    public void StopAcknowledging() => _acknowledges = false;

    /// <inheritdoc/>
    public void Dispose()
    {
        IsClosed = true;
        _input.Dispose();
        _output.Dispose();
    }

    private static int DigitOf(byte value) => char.IsAsciiHexDigit((char)value) ? Convert.ToInt32(((char)value).ToString(), 16) : -1;

    private void ReadAll()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_input.Read(buffer) is > 0 and var count)
            {
                foreach (byte value in buffer.AsSpan(0, count))
                    Next(value);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone, or nobody wants to hear it any more.
        }

        IsClosed = true;
        _packets.CompleteAdding();
        _urgent();
    }

    private void Next(byte value)
    {
        switch (_state)
        {
            case State.Between when value == '$':
                _data.Clear();
                (_sum, _isTooLong, _isEscaped, _state) = (0, false, false, State.Data);
                break;
            case State.Between when value == CtrlC:
                _interrupted = true;
                _urgent();
                break;
            case State.Between when value == '-':
                Write(_last);
                break;
            case State.Between:
                break;
            case State.Data when value == '#':
                _state = State.FirstDigit;
                break;
            case State.Data:
                NextOfData(value);
                break;
            case State.FirstDigit:
                _checksum = DigitOf(value) << 4;
                _state = State.SecondDigit;
                break;
            default:
                _state = State.Between;
                End(_checksum >= 0 && (_checksum | DigitOf(value)) == _sum);
                break;
        }
    }

    private void NextOfData(byte value)
    {
        _sum += value;
        if (!_isEscaped && value == Escape)
        {
            _isEscaped = true;
            return;
        }

        if (_data.Length == MaxPacket)
            _isTooLong = true;
        else
            _data.Append((char)(_isEscaped ? value ^ EscapeMask : value));
        _isEscaped = false;
    }

    private void End(bool isGood)
    {
        if (_acknowledges)
            Write(isGood ? "+"u8 : "-"u8);
        if (isGood)
            Deliver(_isTooLong ? TooLong : _data.ToString());
    }

    private void Deliver(string packet)
    {
        if (_packets.TryAdd(packet))
            return;

        // gdb waits for each reply. Behind all these packets nobody would hear Ctrl-C, or the client's end, while the guest runs. Who is told once
        // may just be about to let it run.
        do
            _urgent();
        while (!IsClosed && !_packets.TryAdd(packet, FullInterval));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (IsClosed)
                return;
            try
            {
                _output.Write(bytes);
                _output.Flush();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                IsClosed = true;
            }
        }
    }
}
