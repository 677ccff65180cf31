using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Booting;

/// <summary>The file that has an image's debug information, if one has.</summary>
public static class DebugFile
{
    /// <summary>Finds a file: what <c>--symbols</c> names if that is an ELF, a file NAME.debug beside the image, or the image itself.</summary>
    /// <returns>Null when none of them is an ELF.</returns>
    public static string? Find(BootOptions options) => Candidates(options).FirstOrDefault(IsElf);

    /// <summary>Reads it, without a file where there is none.</summary>
    /// <returns>Null when none of them is an ELF.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static ImageBytes? Read(BootOptions options)
    {
        if (EmbeddedGuests.FindSymbols(options.ImagePath) is { } embedded)
            return new ImageBytes(options.ImagePath, embedded);
        bool IsThere(string? path) =>
            path is not null && options.IsAtHand(path, out ReadOnlyMemory<byte> contents) ? ElfImage.IsElf(contents.Span) : IsElf(path);
        return Candidates(options).FirstOrDefault(IsThere) is { } found ? options.ReadFile(found) : null;
    }

    private static string?[] Candidates(BootOptions options) =>
        [options.SymbolsPath, Path.ChangeExtension(options.ImagePath, ".debug"), options.ImagePath];

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
