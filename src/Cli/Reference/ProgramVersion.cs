using System.Reflection;
using System.Text;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Terminal;

namespace PpcJit.Cli.Reference;

/// <summary>
/// The program's version. Whoever asks for nothing else, as build scripts do, need not wait for the command line to be taken apart.
/// </summary>
public static class ProgramVersion
{
    /// <summary>Whether a command line asks for it and for nothing else.</summary>
    public static bool IsAsked(string[] arguments) => arguments is ["--version"];

    /// <summary>Prints it as the option of every command line does.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="PpcJit.Kernel.OutputException">It cannot be written.</exception>
    public static int Print()
    {
        Assembly program = typeof(ProgramVersion).Assembly;
        string version = program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? program.GetName().Version?.ToString() ?? "";
        new StandardOutput().Write(Encoding.UTF8.GetBytes(version + "\n"));
        return ExitCode.Success;
    }
}
