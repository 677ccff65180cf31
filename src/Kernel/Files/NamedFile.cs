namespace PpcJit.Kernel.Files;

/// <summary>A file of a command line.</summary>
/// <param name="Name">What names it: an option, or IMAGE.</param>
/// <param name="Path">Its path as it was given; null when it was not.</param>
/// <param name="IsOutput">Whether it is written.</param>
public sealed record NamedFile(string Name, string? Path, bool IsOutput)
{
    /// <summary>Names a file that is read.</summary>
    public static NamedFile Input(string name, string? path) => new(name, path, IsOutput: false);

    /// <summary>Names a file that is written.</summary>
    public static NamedFile Output(string name, string? path) => new(name, path, IsOutput: true);

    /// <summary>
    /// Refuses outputs that are the same file as another output or an input, under whatever names; devices such as
    /// /dev/null take everything.
    /// </summary>
    /// <exception cref="InputException">Two are one file.</exception>
    public static void RefuseClashes(IReadOnlyList<NamedFile> files)
    {
        Dictionary<string, NamedFile> known = [];
        foreach (NamedFile file in files.Where(file => file.IsOutput).Concat(files.Where(file => !file.IsOutput)))
        {
            if (file.Path is null or ""
                || HostPath.Follow(file.Path, file.IsOutput ? 1 : 0) is not { } place
                || place is { Kind: FileKind.Device, Descriptor: null })
                continue;
            if (known.TryGetValue(place.Identity, out NamedFile? other))
                throw new InputException($"{other.Name} {other.Path} and {file.Name} {file.Path} are one file; what is written there would be lost.");
            if (file.IsOutput)
                known.Add(place.Identity, file);
        }
    }
}
