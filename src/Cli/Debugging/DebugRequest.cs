using PpcJit.Kernel.Files;

namespace PpcJit.Cli.Debugging;

/// <summary>How a person wants to debug a run.</summary>
/// <param name="Gdb">
/// Where gdb's protocol is served: a port, an address and a port, <c>unix:PATH</c>, or <c>-</c> for standard input and
/// output.
/// </param>
/// <param name="Waits">Whether the guest stands until gdb has come.</param>
/// <param name="At">The moment at which that is; null for the beginning.</param>
internal sealed record DebugRequest(string Gdb, bool Waits, string? At)
{
    /// <summary>Standard input and output.</summary>
    public const string StandardStreams = "-";

    /// <summary>The gdb to start, with the file that has the symbols; null to start none.</summary>
    public GdbProgram? Program { get; init; }

    /// <summary>Whether the terminal is gdb's.</summary>
    public bool TakesTerminal => Gdb == StandardStreams || Program is not null;
}

/// <summary>Where the guest's serial ports go; null for where they usually do.</summary>
internal sealed record ConsolePlaces
{
    /// <summary>Standard input and output.</summary>
    public const string StandardStreams = "stdio";

    /// <summary>A pseudo terminal.</summary>
    public const string Terminal = "pty";

    /// <summary>The first UART, which is the console.</summary>
    public string? First { get; init; }

    /// <summary>The second UART.</summary>
    public string? Second { get; init; }

    /// <summary>The files that are written, by option; null for none.</summary>
    public IEnumerable<NamedFile> Outputs => [NamedFile.Output("--console", FileOf(First)), NamedFile.Output("--console2", FileOf(Second))];

    private static string? FileOf(string? place) =>
        place is StandardStreams or Terminal
            || place?.StartsWith("unix:", StringComparison.Ordinal) == true
            || place?.StartsWith("tcp:", StringComparison.Ordinal) == true ? null : place;
}
