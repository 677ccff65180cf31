using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;

namespace PpcJit.Cli.Debugging;

/// <summary>The file from which gdb reads the symbols of an image.</summary>
internal sealed class SymbolFile : IDisposable
{
    private readonly PassingFile? _passing;

    private SymbolFile(string path, PassingFile? passing = null) => (Path, _passing) = (path, passing);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Finds it: what <c>--symbols</c> names if that is an ELF, a file NAME.debug beside the image, or the image itself.</summary>
    /// <returns>Null when gdb can read none of them.</returns>
    /// <exception cref="OutputException">The symbols of an embedded guest cannot be written among the host's temporary files.</exception>
    public static SymbolFile? Find(BootOptions options)
    {
        if (EmbeddedGuests.FindSymbols(options.ImagePath) is { } embedded)
        {
            PassingFile passing = new("the symbols for gdb,", embedded.Span);
            return new SymbolFile(passing.FilePath, passing);
        }

        return DebugFile.Find(options) is { } found ? new SymbolFile(found) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _passing?.Dispose();
}
