using System.CommandLine;
using PpcJit.Cli.Terminal;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Cli.Commands;

/// <summary>The options that say how scenarios are run.</summary>
internal sealed class RunnerArguments
{
    private const int MaxJobs = 256;

    private readonly Option<string> _engine = new("--engine")
    {
        Description = "jit or interpreter; both find the same at the same counts.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Engines.Default,
        CompletionSources = { _ => Engines.Names },
    };

    private readonly Option<string[]> _jitOptions = Engines.JitOptionsOption();

    private readonly Option<string?> _jobs = new("--jobs")
    {
        Description = "How many machines run side by side; default: as many as the host has processors. What comes out does not depend on it.",
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_engine, _jitOptions, _jobs])
            command.Add(option);
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="progress">Told what has been done.</param>
    /// <param name="signals">What ends the run before its time.</param>
    /// <exception cref="InputException">One cannot be used.</exception>
    public RunSettings Read(ParseResult parsed, RunProgress progress, EndSignals signals)
    {
        string engine = parsed.GetValue(_engine)!;
        Engines.Check(engine);
        JitOptions jitOptions = Engines.ReadOptions(parsed.GetValue(_jitOptions) ?? []);
        int jobs = parsed.GetValue(_jobs) is { } text ? (int)Math.Clamp(Numbers.Count("--jobs", text), 1, MaxJobs) : Environment.ProcessorCount;
        return new RunSettings(engine, processor => Engines.Create(engine, jitOptions, processor), jobs,
            Progress: progress, EndSignal: () => signals.Received);
    }
}
