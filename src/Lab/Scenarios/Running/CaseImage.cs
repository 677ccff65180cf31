using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>The image of a case: an embedded guest (<c>guest:NAME</c>), the Linux guest (<c>linux</c>), or a file beside the scenario.</summary>
internal static class CaseImage
{
    /// <summary>Loads the image of a case into a board.</summary>
    /// <exception cref="InputException">It is missing or cannot be used; the message says where the scenario names it.</exception>
    public static LoadedGuest Load(Board board, ScenarioCase scenario)
    {
        Located<string> image = scenario.Image;
        BootOptions options = new() { ImagePath = image.Value, CommandLine = scenario.CommandLine, SymbolsPath = scenario.Symbols };
        try
        {
            BootOptions found = BootOptions.Of(image.Value);
            string path = found.ImagePath == image.Value ? Beside(image) : found.ImagePath;
            return GuestLoader.Load(board, options with { ImagePath = path, SymbolsPath = options.SymbolsPath ?? found.SymbolsPath });
        }
        catch (InputException error) when (!error.Message.StartsWith(image.Location.File, StringComparison.Ordinal))
        {
            throw image.Location.Error(error.Message);
        }
    }

    private static string Beside(Located<string> image)
    {
        string beside = Path.Combine(Path.GetDirectoryName(image.Location.File) ?? "", image.Value);
        return File.Exists(beside) ? beside : image.Value;
    }
}
