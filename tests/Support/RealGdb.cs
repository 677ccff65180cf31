using System.ComponentModel;
using System.Diagnostics;

namespace PpcJit.Tests.Support;

/// <summary>The gdb of the host, driven by a list of commands.</summary>
internal static class RealGdb
{
    private const string Program = "gdb-multiarch";

    /// <summary>Runs commands, and gives all that gdb says.</summary>
    /// <param name="target">What it connects to: a port of this host, or <c>| COMMAND</c>.</param>
    /// <param name="symbols">The file with symbols; null for none.</param>
    /// <param name="commands">The commands.</param>
    public static string Run(string target, string? symbols, params IReadOnlyList<string> commands)
    {
        ProcessStartInfo start = new(Program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        IEnumerable<string> all =
        [
            "set confirm off", "set pagination off", "set height 0", "set width 0", "set tcp auto-retry off", "set remotetimeout 60",
            .. symbols is null
                ? (string[])["set architecture powerpc:common", "set endian big"]
                : [$"file {symbols}", $"directory {Path.GetDirectoryName(symbols)}"],
            $"target remote {(target.StartsWith('|') ? target : $"127.0.0.1:{target}")}", .. commands,
        ];
        foreach (string argument in (string[])["-nx", "-batch", .. all.SelectMany(command => (string[])["-ex", command])])
            start.ArgumentList.Add(argument);
        using Process gdb = Start(start);
        gdb.StandardInput.Close();
        Task<string> errors = gdb.StandardError.ReadToEndAsync();
        Task<string> output = gdb.StandardOutput.ReadToEndAsync();
        if (!gdb.WaitForExit(TimeSpan.FromSeconds(100)))
        {
            gdb.Kill();
            Assert.Fail($"gdb did not end: {output.Result}\n{errors.Result}");
        }

        return $"{output.Result}\n{errors.Result}";
    }

    /// <summary>The DWARF of one of our own guests.</summary>
    public static string SymbolsOf(string guest) => HostTool.RepositoryFile($"guests/{guest}/{guest}.debug");

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Fail($"This test needs {Program}, which is not installed; on Debian: apt-get install gdb-multiarch.");
            throw;
        }
    }
}
