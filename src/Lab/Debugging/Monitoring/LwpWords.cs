using System.Globalization;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Kernels;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that show what the guest's kernel takes turns with.</summary>
internal static unsafe class LwpWords
{
    private const string Everyone = "all";

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("lwps", "[all|NAME|NUMBER]", "Show the lwps (threads, tasks) of the guest's kernel, where that is known; of those "
            + "that are named, or all, the calls that led to where each one goes on.", Show),
    ];

    private static MonitorReply Show(MonitorCall call)
    {
        if (call.Run.Names.Kernel is not { } kernel)
        {
            return new MonitorReply(["Nothing is known of the guest's kernel: its symbols tell, or --kernel does."],
                new { kernel = KernelCatalog.None });
        }

        IReadOnlyList<GuestLwp> lwps = kernel.All();
        if (lwps.Count == 0)
            return new MonitorReply([kernel.Lack ?? $"{kernel.Name} has no lwps now."], new { kernel = kernel.Name });
        bool isEach = call.Arguments.Length > 0;
        GuestLwp[] wanted = call.Arguments is "" or Everyone ? [.. lwps] : [.. lwps.Where(lwp => lwp.Name == call.Arguments || lwp.Label
            == call.Arguments || lwp.Number?.ToString(CultureInfo.InvariantCulture) == call.Arguments)];
        if (wanted.Length == 0)
            throw new InputException($"lwps: there is no '{TerminalText.Line(call.Arguments)}' now."
                + NearestName.Question(call.Arguments, lwps.Select(lwp => lwp.Name)));
        List<string> lines = isEach ? [] : ["  address     number  name              doing        goes on at"];
        List<object> data = [];
        foreach (GuestLwp lwp in wanted)
        {
            IReadOnlyList<uint> calls = Calls(call.Run, kernel, lwp);
            lines.Add(Line(call.Run, lwp, calls));
            if (isEach)
                lines.AddRange(calls.Select((address, n) => $"    #{n,-2} {Place(call.Run, address, n)}"));
            data.Add(new
            {
                address = MonitoredRun.Hex(lwp.Address),
                name = TerminalText.Line(lwp.Name),
                number = lwp.Number,
                doing = lwp.Doing,
                calls = calls.Take(isEach ? calls.Count : 1)
                    .Select(address => new { pc = MonitoredRun.Hex(address), symbol = call.Run.SymbolAt(address) }),
            });
        }

        return new MonitorReply(lines, new { at = call.Run.Timeline.Present.ToString(), kernel = kernel.Name, lwps = data });
    }

    private static string Line(MonitoredRun run, GuestLwp lwp, IReadOnlyList<uint> calls)
    {
        string number = lwp.Number?.ToString(CultureInfo.InvariantCulture) ?? "";
        string place = calls.Count > 0 ? run.Describe(calls[0]) : "";
        return $"{(lwp.IsRunning ? '*' : ' ')} 0x{lwp.Address:x8}  {number,6}  {TerminalText.Line(lwp.Name),-16}  {lwp.Doing,-11}  {place}".TrimEnd();
    }

    private static IReadOnlyList<uint> Calls(MonitoredRun run, GuestKernel kernel, GuestLwp lwp) => lwp.IsRunning
        ? Backtrace.Walk(run.Board, run.Names.Symbols.Count > 0 ? run.Names.Symbols[0] : null)
        : kernel.CallsOf(lwp.Address);

    private static string Place(MonitoredRun run, uint address, int frame) => frame == 0 ? run.Describe(address) : run.DescribeReturn(address);
}
