using System.Diagnostics.CodeAnalysis;

namespace PpcJit.Kernel;

/// <summary>Opens files that a run writes, and tells a host's refusal from a fault of our own.</summary>
internal static class HostError
{
    /// <summary>Creates a file, or empties it.</summary>
    /// <param name="option">How the person named it.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns the stream.")]
    public static FileStream Create(string option, string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{option}{path}: the file cannot be written: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
