using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;

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
    /// <exception cref="Kernel.OutputException">The symbols of an embedded guest cannot be written among the host's temporary files.</exception>
    public static SymbolFile? Find(BootOptions options)
    {
        if (EmbeddedGuests.FindSymbols(options.ImagePath) is { } embedded)
        {
            PassingFile passing = new("the symbols for gdb,", embedded.Span);
            return new SymbolFile(passing.FilePath, passing);
        }

        string?[] candidates = [options.SymbolsPath, System.IO.Path.ChangeExtension(options.ImagePath, ".debug"), options.ImagePath];
        return candidates.FirstOrDefault(IsElf) is { } found ? new SymbolFile(found) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _passing?.Dispose();

    private static bool IsElf(string? path)
    {
        if (path is null || !File.Exists(path))
            return false;
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = new byte[4];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && ElfImage.IsElf(start);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
