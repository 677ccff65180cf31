namespace PpcJit.Kernel.Files;

/// <summary>A file of a command line.</summary>
/// <param name="Name">What names it: an option, or IMAGE.</param>
/// <param name="Path">Its path as it was given.</param>
/// <param name="IsOutput">Whether it is written.</param>
public sealed record NamedFile(string Name, string Path, bool IsOutput)
{
    /// <summary>Makes a list of those files of a command line that were given.</summary>
    public static IEnumerable<NamedFile> List(bool isOutput, IEnumerable<(string Name, string? Path)> files) =>
        files.Where(file => file.Path is not null).Select(file => new NamedFile(file.Name, file.Path!, isOutput));

    /// <summary>
    /// Refuses outputs that are the same file as another output or an input, under whatever names; devices such as
    /// /dev/null take everything.
    /// </summary>
    /// <exception cref="InputException">Two are one file.</exception>
    public static void RefuseClashes(IReadOnlyList<NamedFile> files)
    {
        Dictionary<string, NamedFile> known = [];
        foreach (NamedFile file in files.OrderByDescending(file => file.IsOutput))
        {
            if (file.Path.Length == 0
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
