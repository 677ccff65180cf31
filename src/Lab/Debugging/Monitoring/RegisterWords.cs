using PpcJit.Kernel;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that show registers of the core.</summary>
internal static class RegisterWords
{
    private const int Columns = 4;

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("registers", "", "Show the general registers, with what the PC, LR and MSR mean.", Registers),
        new("spr", "[NAME]", "Show the special purpose registers by group, or one of them.", Special),
    ];

    private static IEnumerable<DebugRegister> SpecialRegisters => DebugRegister.All.Where(register => register.Group != DebugRegister.General);

    private static MonitorReply Registers(MonitorCall call)
    {
        if (call.Arguments.Length > 0)
            throw new InputException("registers: nothing may follow; 'spr NAME' shows one of the others.");
        Processor core = call.Run.Processor;
        DebugRegister[] general = [.. DebugRegister.All.Where(register => register.Group == DebugRegister.General)];
        IEnumerable<string> bits = DebugRegister.MsrBits.Where(bit => (Value("msr") & bit.Bit) != 0).Select(bit => bit.Name);
        List<string> lines =
        [
            $"pc   {call.Run.Describe(Value("pc"))}",
            $"lr   {call.Run.Describe(Value("lr"))}",
            $"msr  0x{Value("msr"):x8}  [ {string.Join(' ', bits)} ]",
            $"cr   0x{Value("cr"):x8}  ctr 0x{Value("ctr"):x8}  xer 0x{Value("xer"):x8}",
            .. Table([.. general.Where(register => register.Name[0] == 'r')], core),
        ];
        return new MonitorReply(lines, new { at = call.Run.Timeline.Present.ToString(), registers = Values(general, core) });

        uint Value(string name) => DebugRegister.Find(name)!.Read(core);
    }

    private static MonitorReply Special(MonitorCall call)
    {
        Processor core = call.Run.Processor;
        if (call.Arguments.Length > 0)
        {
            DebugRegister register = DebugRegister.Find(call.Arguments)
                ?? throw new InputException($"spr: there is no register "
                    + $"'{call.Arguments}'.{NearestName.Question(call.Arguments, SpecialRegisters.Select(known => known.Name))}");
            uint value = register.Read(core);
            return new MonitorReply([$"{register.Name}  {call.Run.Describe(value)}"],
                new { register = register.Name, value = MonitoredRun.Hex(value) });
        }

        List<string> lines = [];
        foreach (IGrouping<string, DebugRegister> group in SpecialRegisters.GroupBy(register => register.Group))
            lines.AddRange([$"{group.Key}:", .. Table([.. group], core)]);
        return new MonitorReply(lines, new { at = call.Run.Timeline.Present.ToString(), registers = Values(SpecialRegisters, core) });
    }

    private static IEnumerable<string> Table(DebugRegister[] registers, Processor core)
    {
        int width = registers.Max(register => register.Name.Length);
        return registers.Chunk(Columns).Select(row =>
            string.Join("  ", row.Select(register => $"{register.Name.PadRight(width)} 0x{register.Read(core):x8}")));
    }

    private static Dictionary<string, string> Values(IEnumerable<DebugRegister> registers, Processor core) =>
        registers.ToDictionary(register => register.Name, register => MonitoredRun.Hex(register.Read(core)));
}
