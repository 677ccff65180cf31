using System.CommandLine;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit latency IMAGE|RUN</c>: measures how long interrupts are off, and how long they and TLB misses take.</summary>
internal static class LatencyCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create() => ImageOrRun.Create(
        new Command("latency", "Boot a kernel, or do a saved run again, and measure how long interrupts are off, and how long they and TLB "
            + "misses take."),
        command => BootCommand.Create(command, isDebugged: false, measuresLatency: true),
        command => OpenCommand.Create(command, measuresLatency: true));
}
