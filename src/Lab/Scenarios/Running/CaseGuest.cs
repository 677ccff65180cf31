using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>
/// The board of a case with its guest at the first instruction: that of a recorded run, or an embedded guest (<c>guest:NAME</c>), the Linux guest
/// (<c>linux</c>), or a file beside the scenario.
/// </summary>
internal sealed class CaseGuest : IDisposable
{
    private readonly RecordedGuest? _recorded;

    /// <summary>Loads the guest.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="run">What comes from outside in place of what the recorded run of the case has; null for that.</param>
    /// <exception cref="InputException">It is missing or cannot be used; the message says where the scenario names it.</exception>
    public CaseGuest(ScenarioCase scenario, RunFile? run = null)
    {
        if (scenario.Recorded is { } recorded)
        {
            BootOptions options = new RunImages(recorded.Run, recorded.Path, []).Find(_ => { });
            _recorded = new RecordedGuest(run ?? recorded.Run, recorded.Path, options, new NetworkSettings());
            (Board, Guest, Start, Boot) = (_recorded.Board, _recorded.Guest, _recorded.Start, _recorded.Options);
            return;
        }

        BoardDescription description = BoardCatalog.Find(scenario.Board)!;
        Board = description.Create(scenario.MemoryBytes is { } bytes ? new BoardOptions { MemoryBytes = bytes } : description.UsualOptions);
        try
        {
            (Guest, Start, Boot) = Load(Board, scenario);
        }
        catch
        {
            Board.Dispose();
            throw;
        }
    }

    /// <summary>The board.</summary>
    public Board Board { get; }

    /// <summary>What was loaded.</summary>
    public LoadedGuest Guest { get; }

    /// <summary>What makes it the same run as another.</summary>
    public RunStart Start { get; }

    /// <summary>What is booted.</summary>
    public BootOptions Boot { get; }

    /// <summary>The cables; null where none is plugged in.</summary>
    public GuestNetwork? Network => _recorded?.Network;

    /// <inheritdoc/>
    public void Dispose()
    {
        Board.Dispose();
        _recorded?.Dispose();
    }

    private static (LoadedGuest Guest, RunStart Start, BootOptions Boot) Load(Board board, ScenarioCase scenario)
    {
        Located<string> image = scenario.Image;
        BootOptions options = new() { ImagePath = image.Value, CommandLine = scenario.CommandLine, SymbolsPath = scenario.Symbols };
        try
        {
            BootOptions found = BootOptions.Of(image.Value);
            string path = PathBeside.Of(image, found.ImagePath);
            options = options with { ImagePath = path, SymbolsPath = options.SymbolsPath ?? found.SymbolsPath };
            ReadOnlyMemory<byte> contents = GuestLoader.ReadImage(options, board.Memory.RamSize);
            RunStart start = new(board, contents, options, RunIdentity.Of(board, contents, options, typed: null));
            return (GuestLoader.Load(board, contents, path, options), start, options);
        }
        catch (InputException error) when (!error.Message.StartsWith(image.Location.File, StringComparison.Ordinal))
        {
            throw image.Location.Error(error.Message);
        }
    }
}
