using System.CommandLine;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit gdb IMAGE</c>: boots an image under gdb.</summary>
internal static class GdbCommand
{
    /// <summary>What gdb is to do first.</summary>
    public static readonly Option<string[]> Commands = new("--ex")
    {
        Description = "A command that gdb carries out first, as its own option -ex does. May be given again.",
        HelpName = "COMMAND",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("gdb", "Boot a kernel under gdb-multiarch, with reverse execution; the guest's console "
            + "is a pseudo terminal whose name is printed.");
        command.Add(Commands);
        return BootCommand.Create(command, isDebugged: true);
    }
}
