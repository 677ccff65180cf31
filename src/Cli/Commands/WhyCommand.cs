using System.CommandLine;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit why IMAGE|RUN --of PLACE</c>: says where a value of a guest comes from.</summary>
internal static class WhyCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        WhyArguments why = new();
        return ImageOrRun.Create(
            new Command("why", "Boot a kernel, or do a saved run again, and say where a value comes from: back from link to link."),
            command => BootCommand.Create(command, isDebugged: false, why: why), command => OpenCommand.Create(command, measuresLatency: false, why));
    }
}
