using System.Globalization;
using System.Text;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// Serves one client of gdb's remote protocol (GDB manual, "Remote Protocol"). Whatever the client sends is answered,
/// with an error if need be; and as long as it writes nothing, the run stays what it is.
/// </summary>
public sealed class GdbSession : IDisposable
{
    private const string Ok = "OK";
    private const string Wrong = "E01";
    private const string CannotAccess = "E14";
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private readonly GdbTarget _target;
    private readonly PacketStream _packets;
    private readonly Breakpoints _points = new();
    private readonly Diversions _diversions;
    private readonly Runner _runner;
    private readonly GuestThreads _threads;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _running;
    private GdbEnd? _end;
    private string _lastStop = "S05";

    /// <summary>Begins to serve a client; the guest stands.</summary>
    /// <param name="target">What is debugged.</param>
    /// <param name="input">From the client.</param>
    /// <param name="output">To the client.</param>
    public GdbSession(GdbTarget target, Stream input, Stream output)
    {
        _target = target;
        _diversions = new Diversions(target.Timeline);
        _threads = new GuestThreads(target.Monitor.Run.Names);
        _runner = new Runner(target, _points, _threads, Say);
        _packets = new PacketStream(input, output, Interrupt);
    }

    private Timeline Timeline => _target.Timeline;

    private Board Board => Timeline.Machine.Board;

    /// <summary>Serves the client until it leaves.</summary>
    public GdbEnd Serve()
    {
        _lastStop = _runner.Describe(Runner.Trap, "");
        while (_end is null)
        {
            if (_target.Console.PersonLeaves)
                return GdbEnd.Left;
            string? packet = _packets.Take(LookInterval);
            if (packet is null)
            {
                if (_packets.IsClosed)
                    return GdbEnd.Vanished;
                _packets.TakeInterrupt(); // The guest stands already.
                continue;
            }

            if (Answer(packet) is { } reply)
                _packets.Send(reply);
            if (packet.StartsWith("QStartNoAckMode", StringComparison.Ordinal))
                _packets.StopAcknowledging();
        }

        return _end.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _packets.Dispose();
        _target.Console.IsInterrupted = false;
    }

    /// <summary>Stops the guest if it runs: the client has sent Ctrl-C or is gone. Called by another thread.</summary>
    private void Interrupt()
    {
        lock (_gate)
        {
            if (_running is null)
                return;
            _target.Console.IsInterrupted = true;
            _running.Cancel();
        }
    }

    /// <summary>Lets something run that Ctrl-C stops.</summary>
    private T Run<T>(Func<CancellationToken, T> action)
    {
        using CancellationTokenSource cancel = new();
        lock (_gate)
            _running = cancel;
        try
        {
            if (_packets.TakeInterrupt() || _packets.IsClosed)
                cancel.Cancel();
            return action(cancel.Token);
        }
        finally
        {
            lock (_gate)
                _running = null;
            _packets.TakeInterrupt();
            _target.Console.IsInterrupted = false;
        }
    }

    private void Say(string text)
    {
        const int Most = 1000;
        for (int n = 0; n < text.Length; n += Most)
            _packets.Send("O" + Hex.OfText(text.Substring(n, Math.Min(Most, text.Length - n))));
    }

    /// <summary>Gives the reply to a packet; null for none.</summary>
    private string? Answer(string packet)
    {
        if (packet == PacketStream.TooLong)
            return Wrong;
        if (packet.Length == 0)
            return "";
        switch (packet[0])
        {
            case '?': return _lastStop;
            case 'g': return string.Concat(GdbRegister.All.Select(Read));
            case 'G': return WriteAll(packet.AsSpan(1));
            case 'p': return Hex.TryNumber(packet.AsSpan(1), out uint read) && GdbRegister.Find(read) is { } register ? Read(register) : Wrong;
            case 'P': return Write(packet);
            case 'm': return ReadMemory(packet);
            case 'M': return WriteMemory(packet, isBinary: false);
            case 'X': return WriteMemory(packet, isBinary: true);
            case 'Z' or 'z': return _points.Change(packet, Timeline);
            case 'H': return packet.Length < 3 || packet[1] != 'g' || _threads.Select(packet.AsSpan(2)) ? Ok : Wrong;
            case 'T': return _threads.IsAlive(packet.AsSpan(1)) ? Ok : Wrong;
            case 'c' or 'C': return Resume(packet, token => _runner.Continue(token));
            case 's' or 'S': return Resume(packet, token => _runner.Step(token));
            case 'b': return Back(packet);
            case 'q' or 'Q': return Query(packet);
            case 'v': return Verb(packet);
            case 'D':
                _end = GdbEnd.Detached;
                return Ok;
            case 'k':
                _end = GdbEnd.Killed;
                return null;
            default:
                return "";
        }
    }

    private string Resume(string packet, Func<CancellationToken, string> run)
    {
        // 'c' and 's' may say where to go on; vCont, which gdb uses, cannot.
        if (packet.Length > 1 && packet[0] is 'c' or 's')
        {
            if (!Hex.TryNumber(packet.AsSpan(1), out uint address) || !_diversions.Change([GdbRegister.Find(GdbRegister.Pc)!.Write!(address)]))
                return Wrong;
        }

        return Travel(run);
    }

    private string Travel(Func<CancellationToken, string> run)
    {
        _diversions.Resume();
        _threads.SelectRunning();
        _lastStop = Run(run);
        _diversions.Stopped();
        return _lastStop;
    }

    private string Back(string packet) => packet switch
    {
        "bs" => Travel(_runner.StepBack),
        "bc" => Travel(_runner.ContinueBack),
        _ => "",
    };

    private string? Verb(string packet)
    {
        if (packet == "vCont?")
            return "vCont;c;C;s;S;t;r";
        if (packet.StartsWith("vKill", StringComparison.Ordinal))
        {
            _end = GdbEnd.Killed;
            return Ok;
        }

        if (!packet.StartsWith("vCont;", StringComparison.Ordinal))
            return "";
        string action = packet[6..].Split(';')[0].Split(':')[0];
        switch (action.Length == 0 ? ' ' : action[0])
        {
            case 'c' or 'C': return Travel(_runner.Continue);
            case 's' or 'S': return Travel(_runner.Step);
            case 't': return Ok;
            case 'r':
                string[] range = action[1..].Split(',');
                return range.Length == 2 && Hex.TryNumber(range[0], out uint start) && Hex.TryNumber(range[1], out uint end)
                    ? Travel(token => _runner.StepRange(start, end, token))
                    : Wrong;
            default: return Wrong;
        }
    }

    private string Query(string packet)
    {
        int end = packet.AsSpan().IndexOfAny(':', ',', ';');
        switch (end < 0 ? packet : packet[..end])
        {
            case "qSupported":
                return $"PacketSize={PacketStream.MaxPacket:x};QStartNoAckMode+;qXfer:features:read+;qXfer:memory-map:read+;swbreak+;hwbreak+;"
                + "vContSupported+;"
                    + "ReverseStep+;ReverseContinue+;ConditionalBreakpoints+;BreakpointCommands+";
            case "QStartNoAckMode": return Ok;
            case "qXfer": return Transfer(packet);
            case "qC": return $"QC{_threads.Running:x}";
            case "qfThreadInfo": return $"m{string.Join(',', _threads.All().Select(id => id.ToString("x", CultureInfo.InvariantCulture)))}";
            case "qsThreadInfo": return "l";
            case "qThreadExtraInfo": return _threads.Describe(packet.AsSpan(end + 1)) is { } about ? Hex.OfText(about) : Wrong;
            case "qAttached": return _target.IsStartedByGdb ? "0" : "1";
            case "qSymbol": return Ok;
            case "qRcmd": return Monitor(packet);
            default: return "";
        }
    }

    private static string Transfer(string packet)
    {
        string[] parts = packet.Split(':');
        string? text = parts switch
        {
            [_, "features", "read", "target.xml", _] => TargetDescription.Xml,
            [_, "memory-map", "read", "", _] => TargetDescription.MemoryMap,
            _ => null,
        };
        if (text is null)
            return parts.Length > 1 && parts[1] is "features" or "memory-map" ? "E00" : "";
        string[] range = parts[^1].Split(',');
        if (range.Length != 2 || !Hex.TryNumber(range[0], out uint offset) || !Hex.TryNumber(range[1], out uint length) || offset > text.Length)
            return Wrong;
        int most = (int)Math.Min(length, PacketStream.MaxPacket / 2);
        int count = Math.Min(most, text.Length - (int)offset);
        return (offset + count < text.Length ? "m" : "l") + text.Substring((int)offset, count);
    }

    private string Monitor(string packet)
    {
        int comma = packet.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !Hex.TryBytes(packet.AsSpan(comma + 1), out byte[] bytes))
            return Wrong;
        string command = Encoding.UTF8.GetString(bytes).Trim();
        if (command is "physical-watchpoints on" or "physical-watchpoints off")
        {
            _points.WatchesPhysical = command.EndsWith("on", StringComparison.Ordinal);
            Say($"Watchpoints that are set from now on have {(_points.WatchesPhysical ? "physical" : "effective")} addresses.\n");
            return Ok;
        }

        _diversions.Resume();
        Say(Run(token => _target.Monitor.Execute(command, token)).Text);
        if (command is "help")
            Say("physical-watchpoints on|off: whether gdb's watchpoints that are set from now on have physical addresses.\n");
        _diversions.Stopped();
        return Ok;
    }

    private string Read(GdbRegister register)
    {
        if (!_threads.IsOtherSelected || register.Number >= GdbRegister.FirstSpecial)
            return Hex.Of(register.Read(Board), register.Size);
        return _threads.Saved(register) is { } value ? Hex.Of(value, register.Size) : new string('x', 2 * register.Size);
    }

    private string Write(string packet)
    {
        int equals = packet.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !Hex.TryNumber(packet.AsSpan(1, equals - 1), out uint number) || GdbRegister.Find(number) is not { } register)
            return Wrong;
        return Write(register, packet.AsSpan(equals + 1));
    }

    private string Write(GdbRegister register, ReadOnlySpan<char> text)
    {
        bool isValue = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value);
        if (!isValue || text.Length != 2 * register.Size)
            return Wrong;

        if (_threads.IsOtherSelected)
            return Wrong; // Its kernel will load them from memory.

        // After a call gdb also puts back what nobody can write: there it has its value again already.
        if (value == register.Read(Board))
            return Ok;
        if (register.Write is null)
            return Wrong;
        return _diversions.Change([register.Write(value)]) ? Ok : Wrong;
    }

    private string WriteAll(ReadOnlySpan<char> text)
    {
        foreach (GdbRegister register in GdbRegister.All)
        {
            int digits = 2 * register.Size;
            if (text.Length < digits)
                return text.IsEmpty && register.Number >= GdbRegister.FirstSpecial ? Ok : Wrong;
            if (!text[..digits].SequenceEqual(Read(register)) && register.Write is not null && Write(register, text[..digits]) != Ok)
                return Wrong;
            text = text[digits..];
        }

        return text.IsEmpty ? Ok : Wrong;
    }

    private string ReadMemory(string packet)
    {
        string[] parts = packet[1..].Split(',');
        if (parts.Length != 2 || !Hex.TryNumber(parts[0], out uint address) || !Hex.TryNumber(parts[1], out uint length))
            return Wrong;
        byte[] bytes = TargetMemory.Read(Board, address, Math.Min(length, PacketStream.MaxPacket / 2), _threads.Translate);
        return bytes.Length == 0 && length > 0 ? CannotAccess : Hex.Of(bytes);
    }

    private string WriteMemory(string packet, bool isBinary)
    {
        int colon = packet.IndexOf(':', StringComparison.Ordinal);
        string[] parts = packet[1..Math.Max(colon, 1)].Split(',');
        if (colon < 0 || parts.Length != 2 || !Hex.TryNumber(parts[0], out uint address) || !Hex.TryNumber(parts[1], out uint length))
            return Wrong;
        byte[] bytes = isBinary ? Encoding.Latin1.GetBytes(packet[(colon + 1)..])
            : Hex.TryBytes(packet.AsSpan(colon + 1), out byte[] read) ? read
            : [];
        if (bytes.Length != length)
            return Wrong;
        return length == 0 || _diversions.Change(TargetMemory.Write(Board, address, bytes)) ? Ok : CannotAccess;
    }
}
