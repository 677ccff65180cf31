using System.Globalization;
using PpcJit.Cli.Terminal;
using PpcJit.Jit;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using Spectre.Console;

namespace PpcJit.Cli.Reports;

/// <summary>The statistics of a run as a table for people, on standard error.</summary>
internal static class Statistics
{
    /// <summary>Writes the table.</summary>
    public static void Write(Board board, IEngine engine, RunResult result, GuestNetwork? network)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        table.AddRow("board, engine", Markup.Escape($"{board.Name}, {engine.Name}"));
        table.AddRow("end", $"{result.End}");
        table.AddRow("instructions", Number(result.Instructions));
        table.AddRow("guest time", Seconds(result.Instructions / (double)board.Events.InstructionsPerSecond));
        table.AddRow("host time", Seconds(result.HostTime.TotalSeconds));
        table.AddRow("guest MIPS", result.Mips.ToString("N1", CultureInfo.InvariantCulture));
        table.AddRow("console bytes", Number(result.ConsoleBytes));
        table.AddRow("TLB misses", Number(TlbMisses(result)));
        table.AddRow("interrupts", Number(Interrupts(result)));
        foreach (NetworkLink link in network?.Links ?? [])
            table.AddRow(
                Markup.Escape($"{link.Port.Name}, {link.Description}"),
                $"{Number(link.Sent)} frames sent, {Number(link.Received)} received");
        table.AddEmptyRow();
        foreach (ExceptionTotal total in result.Exceptions.Where(total => total.Count > 0))
            table.AddRow($"exception {total.Kind}", Number(total.Count));
        if (engine is JitEngine jit)
            AddJit(table, jit.Statistics);
        StandardError.Write(Tables.Render(table));
    }

    private static void AddJit(Table table, JitStatistics statistics)
    {
        table.AddEmptyRow();
        foreach ((string name, long value) in statistics.Figures)
            table.AddRow($"jit {name}", value.ToString("N0", CultureInfo.InvariantCulture));
    }

    /// <summary>Counts data and instruction TLB misses.</summary>
    public static ulong TlbMisses(RunResult result) =>
        result.ExceptionsOf(ExceptionKind.DataTlbMiss) + result.ExceptionsOf(ExceptionKind.InstructionTlbMiss);

    /// <summary>Counts the exceptions that come from outside the instruction stream.</summary>
    public static ulong Interrupts(RunResult result) =>
        result.ExceptionsOf(ExceptionKind.External) + result.ExceptionsOf(ExceptionKind.CriticalInput) + result.ExceptionsOf(ExceptionKind.Pit)
        + result.ExceptionsOf(ExceptionKind.Fit) + result.ExceptionsOf(ExceptionKind.Watchdog);

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("N3", CultureInfo.InvariantCulture) + " s";
}
