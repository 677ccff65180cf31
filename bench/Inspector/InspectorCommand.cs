using System.CommandLine;
using System.Runtime.InteropServices;
using PpcJit.Inspector.Commands;
using PpcJit.Bench;

namespace PpcJit.Inspector;

/// <summary>The command line.</summary>
internal static class InspectorCommand
{
    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            Console.Error.WriteLine("inspector: it needs Linux on x86-64: it stops threads and reads their registers as that does.");
            return ExitCode.BadInput;
        }

        RootCommand root = new(
            "Looks into a running PpcJit: what its runtime holds of compiled code, whether that is bounded, and where the time goes;\n"
            + "and gives it inputs that are almost right.\n"
            + "Exit codes: 0 within bounds, 1 over its bounds, still growing, a fault, or the guest failed, 2 bad input.")
        {
            AttachCommand.Create(), RunCommand.Create(), SoakCommand.Create(), LookCommand.Create(), FuzzInputsCommand.Create(),
            TimelineCommand.Create(), WalksCommand.Create(), CountCommand.Create(), CountedProcessCommand.Create(),
        };
        return CommandLines.Run("inspector", root, arguments);
    }
}
