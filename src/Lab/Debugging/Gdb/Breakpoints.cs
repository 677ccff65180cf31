using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// The breakpoints and watchpoints that a client has set. They are addresses that the engines look at, never
/// instructions in the guest's memory: code that is copied over them takes none away.
/// </summary>
internal sealed class Breakpoints
{
    private const int MaxPoints = 4096;
    private readonly Dictionary<(int Type, uint Address, uint Length), Probe> _points = [];

    /// <summary>Takes what breakpoints print; null while they are not to print.</summary>
    public Action<string>? Print { get; set; }

    /// <summary>Where the search began: what lies there has been seen.</summary>
    public Moment From { get; set; }

    /// <summary>Whether watched addresses are physical.</summary>
    public bool WatchesPhysical { get; set; }

    /// <summary>All points.</summary>
    public IEnumerable<Probe> All => _points.Values;

    /// <summary>The watchpoints.</summary>
    public IEnumerable<Probe> Watchpoints => _points.Values.Where(point => point is AccessProbe);

    /// <summary>Whether the guest, which stands ahead of an instruction, is to stop there.</summary>
    public bool StopAt(uint address, Board board) => _points.Values.Any(
        point => point is ExecProbe exec && exec.Address == address && exec.When?.Invoke(board) != false);

    /// <summary>The type, 0 to 4, of a point.</summary>
    public int TypeOf(Probe point) => _points.FirstOrDefault(entry => ReferenceEquals(entry.Value, point)).Key.Type;

    /// <summary>Removes all.</summary>
    public void Clear() => _points.Clear();

    /// <summary>Obeys a packet <c>Z</c> or <c>z</c>.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="timeline">The run.</param>
    /// <returns>The reply.</returns>
    public string Change(string packet, Timeline timeline)
    {
        string[] parts = packet.Split(';', 2);
        string[] numbers = parts[0].Split(',');
        int type = parts[0].Length > 1 ? parts[0][1] - '0' : -1;
        if (type is < 0 or > 4)
            return "";
        if (numbers.Length != 3
            || numbers[0].Length != 2 || !Hex.TryNumber(numbers[1], out uint address)
            || !Hex.TryNumber(numbers[2], out uint length))
            return "E01";
        (int, uint, uint) key = (type, address, length);
        if (packet[0] == 'z')
        {
            _points.Remove(key);
            return "OK";
        }

        if (_points.Count == MaxPoints || length > int.MaxValue)
            return "E28";
        if (type >= 2)
        {
            _points[key] = new AccessProbe(address, Math.Max(length, 1), Reads: type != 2, Writes: type != 3, WatchesPhysical);
            return "OK";
        }

        Board board = timeline.Machine.Board;
        if (!TryRead(parts.Length > 1 ? parts[1] : "", board, out List<AgentExpression> conditions, out List<AgentExpression> commands))
            return "E01";
        ExecProbe probe = new(address & ~3u);
        if (conditions.Count > 0 || commands.Count > 0)
            probe = probe with { When = _ => IsHit(conditions, commands, timeline) };
        _points[key] = probe;
        return "OK";
    }

    /// <summary>
    /// A condition that has no value holds, so that a person sees why. A breakpoint with commands carries them out and
    /// does not stop.
    /// </summary>
    private bool IsHit(List<AgentExpression> conditions, List<AgentExpression> commands, Timeline timeline)
    {
        bool holds = conditions.Count == 0;
        foreach (AgentExpression condition in conditions)
            holds = holds || condition.Run() != 0;
        if (!holds)
            return false;
        if (commands.Count > 0 && Print is not null && timeline.Present > From)
        {
            foreach (AgentExpression command in commands)
                command.Run(Print);
        }

        return commands.Count == 0;
    }

    /// <summary>Reads <c>X LENGTH,CODE...;cmds:PERSIST,X LENGTH,CODE...</c>.</summary>
    private static bool TryRead(string text, Board board, out List<AgentExpression> conditions, out List<AgentExpression> commands)
    {
        (conditions, commands) = ([], []);
        List<AgentExpression> list = conditions;
        while (text.Length > 0)
        {
            if (text[0] == ';')
            {
                text = text[1..];
                continue;
            }

            if (text.StartsWith("cmds:", StringComparison.Ordinal))
            {
                int persist = text.IndexOf(',', StringComparison.Ordinal);
                if (persist < 0)
                    return false;
                (list, text) = (commands, text[(persist + 1)..]);
                continue;
            }

            int comma = text.IndexOf(',', StringComparison.Ordinal);
            if (text[0] != 'X' || comma < 0 || !Hex.TryNumber(text.AsSpan(1, comma - 1), out uint length) || length > (text.Length - comma - 1) / 2)
                return false;
            if (!Hex.TryBytes(text.AsSpan(comma + 1, 2 * (int)length), out byte[] code))
                return false;
            list.Add(new AgentExpression(code, board));
            text = text[(comma + 1 + (2 * (int)length))..];
        }

        return true;
    }
}
