using System.Reflection;
using System.Runtime.InteropServices;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Outcomes;

/// <summary>What a person is asked to report when PpcJit itself fails.</summary>
public static class FaultMessage
{
    /// <summary>The program's version.</summary>
    public static string Version =>
        typeof(FaultMessage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Composes the message.</summary>
    /// <param name="fault">What was not expected.</param>
    /// <param name="arguments">The command line.</param>
    public static string Of(Exception fault, IReadOnlyList<string> arguments) =>
        $"""
        This is a fault in PpcJit itself, not in the guest. Please report it with all of this:
          version  {Version}, .NET {Environment.Version}, {RuntimeInformation.RuntimeIdentifier}
          command  ppcjit {string.Join(' ', arguments.Select(ShellText.Quote))}
        {fault}
        """;
}
