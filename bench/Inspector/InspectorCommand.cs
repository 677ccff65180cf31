using System.CommandLine;
using System.Runtime.InteropServices;
using PpcJit.Inspector.Commands;
using PpcJit.Inspector.Outcomes;

namespace PpcJit.Inspector;

/// <summary>The command line.</summary>
internal static class InspectorCommand
{
    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InspectionException">There is nothing to report, and why.</exception>
    public static int Run(string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            throw new InspectionException("it needs Linux on x86-64: it stops threads and reads their registers as that does.");
        RootCommand root = new(
            "Looks into a running PpcJit: what its runtime holds of compiled code, whether that is bounded, and where the time goes.\n"
            + "Exit codes: 0 within bounds, 1 over its bounds, still growing, or the guest failed, 2 bad input.")
        {
            AttachCommand.Create(), RunCommand.Create(), SoakCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            throw new InspectionException($"{parsed.Errors[0].Message} See --help.");
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
