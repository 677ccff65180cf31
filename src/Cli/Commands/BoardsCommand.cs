using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using Spectre.Console;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit boards</c>: what boards there are, with memory map, device control registers and interrupts.</summary>
internal static class BoardsCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("boards", "Show the boards: memory map, device control registers, interrupts.");
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            foreach (BoardDescription description in BoardCatalog.All)
            {
                using Board board = description.Create(description.UsualOptions);
                output.Write(Describe(description, board));
            }

            output.Flush();
            return ExitCode.Success;
        });
        return command;
    }

    private static string Describe(BoardDescription description, Board board)
    {
        string chip = $"{board.Processor.Model.Name}, PVR 0x{board.Processor.Model.ProcessorVersion:x8}, "
            + $"{board.Processor.Model.ClockHz / 1e6:F1} MHz";
        string disk = description.DiskSlot is { } slot
            ? $"--disk FILE: IDE controller on PCI, device {slot.Device}, interrupt {slot.Input}; registers where its base addresses say\n" : "";
        return $"{board.Name}: {board.Title}\n{chip}\n{disk}{Memory(board)}{DeviceControlRegisters(board)}{Interrupts(board)}\n";
    }

    private static string Memory(Board board)
    {
        Table table = NewTable("memory map", "size", "device");
        foreach (PhysicalWindow window in board.Memory.Windows.OrderBy(window => window.Start))
            table.AddRow($"{window.Start:x8}-{window.Start + (window.Size - 1):x8}", Size(window.Size), Markup.Escape(window.Name));
        return Tables.Render(table);
    }

    private static string DeviceControlRegisters(Board board)
    {
        Table table = NewTable("DCRs", "device");
        foreach (DcrRange range in board.Dcr.Ranges.OrderBy(range => range.First))
            table.AddRow(range.First == range.Last ? $"{range.First:x3}" : $"{range.First:x3}-{range.Last:x3}", Markup.Escape(range.Name));
        return Tables.Render(table);
    }

    private static string Interrupts(Board board)
    {
        Table table = NewTable("interrupt", "device");
        foreach (BoardInterrupt interrupt in board.Interrupts.OrderBy(interrupt => interrupt.Input))
            table.AddRow($"{interrupt.Input}", Markup.Escape(interrupt.Device));
        return Tables.Render(table);
    }

    private static Table NewTable(params string[] columns) => new Table().Border(TableBorder.Ascii2).AddColumns(columns);

    private static string Size(uint bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MB",
        >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10} KB",
        _ => $"{bytes} bytes",
    };
}
