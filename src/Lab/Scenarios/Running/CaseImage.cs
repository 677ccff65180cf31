using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>The image of a case: an embedded guest (<c>guest:NAME</c>), the Linux guest (<c>linux</c>), or a file beside the scenario.</summary>
internal static class CaseImage
{
    /// <summary>Creates the board of a case.</summary>
    public static Board CreateBoard(ScenarioCase scenario)
    {
        BoardDescription description = BoardCatalog.Find(scenario.Board)!;
        return description.Create(scenario.MemoryBytes is { } bytes ? new BoardOptions { MemoryBytes = bytes } : description.UsualOptions);
    }

    /// <summary>Loads the image of a case into a board.</summary>
    /// <param name="board">The board.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="start">What makes it the same run as another.</param>
    /// <param name="boot">What is booted.</param>
    /// <exception cref="InputException">It is missing or cannot be used; the message says where the scenario names it.</exception>
    public static LoadedGuest Load(Board board, ScenarioCase scenario, out RunStart start, out BootOptions boot)
    {
        Located<string> image = scenario.Image;
        BootOptions options = new() { ImagePath = image.Value, CommandLine = scenario.CommandLine, SymbolsPath = scenario.Symbols };
        try
        {
            BootOptions found = BootOptions.Of(image.Value);
            string path = CaseImagePath.Beside(image, found.ImagePath);
            options = options with { ImagePath = path, SymbolsPath = options.SymbolsPath ?? found.SymbolsPath };
            ReadOnlyMemory<byte> contents = GuestLoader.ReadImage(options, board.Memory.RamSize);
            start = new RunStart(board, contents, options, RunIdentity.Of(board, contents, options, typed: null));
            boot = options;
            return GuestLoader.Load(board, contents, path, options);
        }
        catch (InputException error) when (!error.Message.StartsWith(image.Location.File, StringComparison.Ordinal))
        {
            throw image.Location.Error(error.Message);
        }
    }
}
