using System.Globalization;
using System.Text;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Cli.Commands;

/// <summary>Observes a run from its beginning to its end for a person at the terminal.</summary>
internal sealed class LookRun : IDisposable
{
    /// <summary>Milliseconds after which a person wants to know how far the run has come; between two times that it is told.</summary>
    private const int Patience = 1000, Period = 250;

    private readonly Observation _observation;
    private readonly HostConsole _console;
    private readonly GuestMachine _machine;
    private readonly ulong? _end;
    private long _nextLook = Environment.TickCount64 + Patience;

    private LookRun(Observation observation, GuestMachine machine, HostConsole console, RunRequest request, ulong? end)
    {
        (_observation, _console, _machine, _end) = (observation, console, machine, end ?? request.Options.MaxInstructions);
        if (!request.IsQuiet)
            machine.SliceDone += ShowProgress;
    }

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
        ObservationSurroundings surroundings = Surroundings(start, text => console.Notice($"ppcjit: {text}"),
            lines => console.Show(Encoding.UTF8.GetString(lines).TrimEnd('\n')));
        return new LookRun(new Observation(machine, names, request.Look, surroundings), machine, console, request, surroundings.End);
    }

    /// <summary>Sees whether everything can be had that is asked for of a run whose end nobody knows yet.</summary>
    /// <exception cref="InputException">Something cannot be had.</exception>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public static void Check(GuestStart start, GuestMachine machine, RunRequest request)
    {
        ObservationSurroundings surroundings = Surroundings(start, _ => { }, _ => { }) with { End = ulong.MaxValue, Panic = new Moment(0) };
        using Observation observation = new(machine, start.Names(request.KernelName), request.Look, surroundings);
    }

    /// <summary>The latencies, when the run has ended; null when those were not asked for.</summary>
    public LatencyReport? Latencies => _observation.Latencies;

    /// <summary>Ends with the run and shows what there is to show.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Complete()
    {
        IReadOnlyList<string> problems = End();
        foreach (string line in _observation.Report())
            _console.Notice($"ppcjit: {line}");
        return problems;
    }

    /// <summary>Ends with the run.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> End()
    {
        _console.ShowProgress(null);
        return _observation.Complete();
    }

    /// <summary>Keeps of a log what there is, when the run cannot go on.</summary>
    public void GiveUp() => _observation.GiveUp();

    /// <summary>Gives what is known of a run.</summary>
    private static ObservationSurroundings Surroundings(GuestStart start, Action<string> notice, Action<ReadOnlySpan<byte>> show)
    {
        ImageBytes? debug = DebugFile.Read(start.Options);
        Lazy<ArgumentTable?> arguments = new(() => Read(debug, ArgumentTable.Read));
        return new ObservationSurroundings(notice, show)
        {
            End = start.Recorded?.End.Count,
            Panic = start.Panic,
            Title = Path.GetFileName(start.Options.ImagePath),
            Lines = Read(debug, LineTable.Read),
            Arguments = address => arguments.Value?.Find(address),
        };
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

    private void ShowProgress()
    {
        long now = Environment.TickCount64;
        if (now < _nextLook)
            return;
        _nextLook = now + Period;
        string of = _end is { } end ? string.Create(CultureInfo.InvariantCulture, $" of {end:N0}") : "";
        string lines = _observation.Lines is > 0 and var count ? string.Create(CultureInfo.InvariantCulture, $", {count:N0} lines") : "";
        _console.ShowProgress(string.Create(CultureInfo.InvariantCulture, $"{_machine.Count:N0}{of} instructions{lines}"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.SliceDone -= ShowProgress;
        _console.ShowProgress(null);
        _observation.Dispose();
    }
}
