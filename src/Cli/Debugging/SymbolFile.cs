using PpcJit.Kernel;
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
    /// <exception cref="OutputException">The symbols of an embedded guest cannot be written among the host's temporary files.</exception>
    public static SymbolFile? Find(BootOptions options)
    {
        if (EmbeddedGuests.FindSymbols(options.ImagePath) is { } embedded)
        {
            PassingFile passing = new("the symbols for gdb,", embedded.Span);
            return new SymbolFile(passing.FilePath, passing);
        }

        return Candidates(options).FirstOrDefault(IsElf) is { } found ? new SymbolFile(found) : null;
    }

    /// <summary>Reads it, without a file where there is none.</summary>
    /// <returns>Null when none of them is an ELF.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static ImageBytes? Read(BootOptions options)
    {
        if (EmbeddedGuests.FindSymbols(options.ImagePath) is { } embedded)
            return new ImageBytes(options.ImagePath, embedded);
        bool IsThere(string? path) =>
            path is not null && options.AtHand.TryGetValue(path, out ReadOnlyMemory<byte> contents) ? ElfImage.IsElf(contents.Span) : IsElf(path);
        return Candidates(options).FirstOrDefault(IsThere) is { } found ? options.ReadFile(found) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _passing?.Dispose();

    private static string?[] Candidates(BootOptions options) =>
        [options.SymbolsPath, System.IO.Path.ChangeExtension(options.ImagePath, ".debug"), options.ImagePath];

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
