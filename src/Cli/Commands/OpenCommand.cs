using System.CommandLine;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit open FILE</c>: does a run again that was saved.</summary>
internal static class OpenCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "A run that --save-run wrote." };

    private static readonly Option<string[]> Images = new("--image")
    {
        Description = "Where an image of the run is now, when it is neither where it was nor beside FILE. Only the "
            + "same file, by its hash, is taken. May be given again.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Creates the command.</summary>
    public static Command Create() => Create(new Command("open", "Do a saved run again: the same states at the same counts."),
        measuresLatency: false);

    /// <summary>Creates a command that does a saved run again.</summary>
    /// <param name="command">The command.</param>
    /// <param name="measuresLatency">Whether it measures latencies.</param>
    /// <param name="why">Which values it follows; null for none.</param>
    public static Command Create(Command command, bool measuresLatency, WhyArguments? why = null)
    {
        NetworkArguments networks = new();
        RunArguments runs = new();
        DebugArguments debug = new();
        LookArguments looks = new();
        SymbolArguments symbols = new();
        command.Add(File);
        command.Add(Images);
        networks.AddForRecordedTo(command);
        runs.AddForRecordedTo(command);
        debug.AddTo(command);
        symbols.AddTo(command);
        looks.AddTo(command);
        why?.AddTo(command);
        command.SetAction(parsed =>
        {
            if (looks.AsksForHelp(parsed))
                return LookRun.Explain(parsed.InvocationConfiguration.Output);
            string path = parsed.GetRequiredValue(File);
            RunRequest request = runs.Read(parsed) with
            {
                Look = looks.Read(parsed, measuresLatency),
                At = debug.ReadMoment(parsed), Consoles = debug.ReadConsoles(parsed), Debug = debug.Read(parsed),
            };
            request = why?.Ask(parsed, request) ?? request;
            NetworkSettings settings = networks.Read(parsed);
            RunFile run = RunFile.Read(path);
            request = request with { Options = run.Options with { StateHashAt = request.Options.StateHashAt } };
            BootOptions options = new RunImages(run, path, parsed.GetValue(Images) ?? [])
                .Find(message => StandardError.WriteLine($"ppcjit: {message}"));
            options = symbols.Read(parsed, options, replaces: false);
            NamedFile.RefuseClashes([.. Inputs(path, options), .. Outputs(request, settings)]);
            request = ComparedKernel.Measure(request, (image, _) => throw new InputException(
                $"--compare {image}: a saved run is compared with a report that --latency FILE.json wrote, or with another saved run."));
            return Begin(run, path, options, settings, start => GuestRun.Execute(start, request));
        });
        return command;
    }

    /// <summary>Loads the guest of a run, and has something done with it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="options">What is booted.</param>
    /// <param name="settings">What the interfaces are connected to where the run becomes live.</param>
    /// <param name="use">Runs it.</param>
    public static T Begin<T>(RunFile run, string path, BootOptions options, NetworkSettings settings, Func<GuestStart, T> use)
    {
        using RecordedGuest guest = new(run, path, options, settings);
        return use(new GuestStart(guest.Board, guest.Guest, guest.Start, guest.Network)
        {
            Options = guest.Options, Recorded = run, RecordedPath = path,
            Panic = run.End.Reason == RunEnd.Panic ? new Moment(run.End.Count) : null,
        });
    }

    private static IEnumerable<NamedFile> Inputs(string path, BootOptions options) =>
    [
        NamedFile.Input("FILE", path), NamedFile.Input("--image", options.ImagePath), NamedFile.Input("--image", options.InitrdPath),
        NamedFile.Input("--image", options.DtbPath), NamedFile.Input("--image", options.SymbolsPath), NamedFile.Input("--image", options.Disk?.Path),
        .. options.MoreSymbolFiles(),
    ];

    private static IEnumerable<NamedFile> Outputs(RunRequest request, NetworkSettings settings) => [.. request.Outputs, .. settings.Outputs];
}
