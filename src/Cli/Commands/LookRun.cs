using System.Text;
using PpcJit.Cli.Debugging;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Cli.Commands;

/// <summary>Observes a run from its beginning to its end for a person at the terminal.</summary>
internal sealed class LookRun : IDisposable
{
    private readonly Observation _observation;
    private readonly HostConsole _console;

    private LookRun(Observation observation, HostConsole console) => (_observation, _console) = (observation, console);

    /// <summary>Explains the kinds of events.</summary>
    /// <returns>The exit code.</returns>
    public static int Explain(TextWriter output)
    {
        output.Write(LogKind.Help());
        output.Flush();
        return ExitCode.Success;
    }

    /// <summary>Begins to observe; null when nothing is asked for.</summary>
    /// <exception cref="InputException">Something that is asked for cannot be had.</exception>
    public static LookRun? Begin(GuestStart start, GuestMachine machine, DebugNames names, RunRequest request, HostConsole console)
    {
        if (request.Look.IsEmpty)
            return null;
        if (request.Debug is not null)
            throw new InputException("A run that gdb steps through cannot be observed as a whole: save it with --save-run, and look at it with "
                + "'ppcjit open'.");
        ImageBytes? debug = FindDebugFile(start.Options);
        Lazy<ArgumentTable?> arguments = new(() => Read(debug, ArgumentTable.Read));
        ObservationSurroundings surroundings = new(text => console.Notice($"ppcjit: {text}"), lines =>
            console.Notice(Encoding.UTF8.GetString(lines).TrimEnd('\n')))
        {
            End = start.Recorded?.End.Count,
            Title = Path.GetFileName(start.Options.ImagePath),
            Lines = Read(debug, LineTable.Read),
            Arguments = address => arguments.Value?.Find(address),
        };
        return new LookRun(new Observation(machine, names, request.Look, surroundings), console);
    }

    /// <summary>Ends with the run and shows what there is to show.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Complete()
    {
        IReadOnlyList<string> problems = _observation.Complete();
        foreach (string line in _observation.Report())
            _console.Notice($"ppcjit: {line}");
        return problems;
    }

    /// <summary>Finds the file with the debug information of an image; null when there is none.</summary>
    private static ImageBytes? FindDebugFile(BootOptions options)
    {
        using SymbolFile? file = SymbolFile.Find(options);
        return file is null ? null : InputFile.Read(file.Path);
    }

    /// <summary>Reads debug information; where it is damaged, a person is told, and there is none.</summary>
    private static T? Read<T>(ImageBytes? file, Func<ImageBytes, T?> read)
        where T : class
    {
        try
        {
            return file is null ? null : read(file);
        }
        catch (InputException error)
        {
            StandardError.WriteLine($"ppcjit: no debug information: {error.Message}");
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _observation.Dispose();
}
