using PpcJit.Kernel;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that show devices, and what happened.</summary>
internal static class DeviceWords
{
    private const int Columns = 4;
    private const ulong MaxEvents = 10_000;

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("devices", "[NAME[.REGISTER]]", "Show the registers of the devices, or of one, as the processor would read "
            + "them, without what reading does.", Devices),
        new("events", "[N]", "Show the last N exceptions, interrupts that began to be asked for, and TLB writes, with their counts.", Events),
    ];

    private static MonitorReply Devices(MonitorCall call)
    {
        BoardRegister[] all = [.. BoardRegister.All(call.Run.Board)];
        BoardRegister[] wanted = call.Arguments.Length == 0 ? all : Choose(all, call.Arguments, "devices");
        List<string> lines = [];
        List<object> data = [];
        foreach (IGrouping<string, BoardRegister> device in wanted.GroupBy(register => register.Device))
        {
            (BoardRegister Register, uint? Value)[] read = [.. device.Select(register => (register, DeviceReader.Read(call.Run.Board, register)))];
            int width = device.Max(register => register.Name.Length);
            lines.Add($"{device.Key}:");
            lines.AddRange(read.Chunk(Columns).Select(row =>
                "  " + string.Join("  ", row.Select(one => $"{one.Register.Name.PadRight(width)} {Show(one.Register, one.Value),-10}")).TrimEnd()));
            data.Add(new
            {
                device = device.Key,
                registers = read.Select(one => new { name = one.Register.Name, value = one.Value is { } value ? MonitoredRun.Hex(value) : null }),
            });
        }

        return new MonitorReply(lines, new { at = call.Run.Timeline.Present.ToString(), devices = data });
    }

    /// <summary>Finds the registers of a device, or those of a name.</summary>
    /// <exception cref="InputException">There are none.</exception>
    internal static BoardRegister[] Choose(BoardRegister[] all, string text, string word)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? text : text[..dot];
        BoardRegister[] registers = [.. all.Where(register => register.Device.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (registers.Length == 0)
        {
            string[] devices = [.. all.Select(register => register.Device).Distinct()];
            throw new InputException(
                $"{word}: there is no device '{name}'.{NearestName.Question(name, devices)} There is: {string.Join(", ", devices)}.");
        }

        if (dot < 0)
            return registers;
        string wanted = text[(dot + 1)..];
        BoardRegister[] found = [.. registers.Where(register => register.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))];
        string[] valid = [.. registers.Select(register => register.Name)];
        return found.Length > 0
            ? found
            : throw new InputException(
                $"{word}: {registers[0].Device} has no register '{wanted}'."
                + $"{NearestName.Question(wanted, valid)} There is: {string.Join(", ", valid)}.");
    }

    private static string Show(BoardRegister register, uint? value) => value switch
    {
        { } read => register.Size switch { 1 => $"0x{read:x2}", 2 => $"0x{read:x4}", _ => $"0x{read:x8}" },
        _ => "-",
    };

    private static MonitorReply Events(MonitorCall call)
    {
        ulong most = call.Run.Count(call.Arguments, "events", 16);
        if (most is 0 or > MaxEvents)
            throw new InputException($"events: 1 to {MaxEvents} can be shown.");
        EventNotes notes = new(call.Run);
        IReadOnlyList<NotedEvent> events = call.Run.Timeline.NoteLast(notes.Probes, (int)most, notes.Note, call.Cancel);
        return new MonitorReply(
            events.Count == 0 ? ["Nothing has happened yet."] : [.. events.Select(happened => $"{happened.At}  {happened.Text}")],
            new { at = call.Run.Timeline.Present.ToString(), events = events.Select(happened => happened.Data) });
    }
}
