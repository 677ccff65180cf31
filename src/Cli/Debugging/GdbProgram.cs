using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using PpcJit.Kernel.Files;

namespace PpcJit.Cli.Debugging;

/// <summary>A gdb of the host, which is started for the person and has the terminal.</summary>
/// <param name="Symbols">The file with symbols; null for none.</param>
/// <param name="Commands">Commands that it carries out first.</param>
internal sealed record GdbProgram(string? Symbols, IReadOnlyList<string> Commands)
{
    private static readonly string[] Names = ["gdb-multiarch", "powerpc-linux-gnu-gdb", "powerpc-eabi-gdb"];

    /// <summary>What gdb is told first: a command of the monitor may go to another moment, and gdb forgets what it knew.</summary>
    private const string Setup =
        """
        set confirm off
        define hookpost-monitor
        maintenance flush register-cache
        maintenance flush dcache
        end
        """;

    /// <summary>Starts it.</summary>
    /// <param name="target">What it connects to, as its command <c>target remote</c> takes it.</param>
    /// <returns>Null when the host has none.</returns>
    /// <exception cref="Kernel.OutputException">Its commands cannot be written among the host's temporary files.</exception>
    public Process? Start(string target)
    {
        string symbols = Symbols is null ? "set architecture powerpc:common" : $"file {Quote(Symbols)}";
        PassingFile commands = new("the commands for gdb,", path => Encoding.UTF8.GetBytes(
            $"{Setup}\n{symbols}\ntarget remote {target}\nshell rm -f {Quote(path)}\n"));
        foreach (string name in Names)
        {
            ProcessStartInfo start = new(name, ["-q", "-x", commands.FilePath, .. Commands.SelectMany(command => (string[])["-ex", command])]);
            try
            {
                return Process.Start(start);
            }
            catch (Win32Exception)
            {
                // Not this one.
            }
        }

        commands.Dispose();
        return null;
    }

    /// <summary>Quotes a file's name for gdb, and for the shell.</summary>
    private static string Quote(string path)
    {
        string escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
