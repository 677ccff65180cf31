using PpcJit.Kernel;
using PpcJit.Kernel.Booting;

namespace PpcJit.Cli.Parsing;

/// <summary>The words that say what becomes of the file behind a flash or a disk.</summary>
internal static class KeepingText
{
    /// <summary>The guest changes nothing.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>What the guest changes is forgotten.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Reads one of the words.</summary>
    /// <param name="device">What the option is for: flash or disk.</param>
    /// <param name="text">What the option was given.</param>
    /// <param name="word">The word.</param>
    /// <param name="before">What an earlier word said.</param>
    /// <exception cref="InputException">An earlier word said something.</exception>
    public static FileKeeping Parse(string device, string text, string word, FileKeeping before) => before != FileKeeping.WriteBack
        ? throw new InputException($"--{device} {text}: a {device} is read-only or a snapshot, not both.")
        : word == ReadOnly ? FileKeeping.ReadOnly : FileKeeping.Snapshot;
}
