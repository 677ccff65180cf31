using System.Reflection;

namespace PpcJit.Kernel.Guests;

/// <summary>The guests that every copy of the emulator carries, which can be booted as <c>guest:NAME</c>.</summary>
internal static class EmbeddedGuests
{
    private const string Prefix = "guest:";
    private const string Suffix = ".elf";

    /// <summary>The names of all of them.</summary>
    public static IEnumerable<string> Names => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(file => file.EndsWith(Suffix, StringComparison.Ordinal)).Select(file => Prefix + file[..^Suffix.Length]).Order();

    /// <summary>Whether it is an embedded guest that a person means.</summary>
    public static bool IsName(string image) => image.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Finds the file with symbols and source lines of the embedded guest that a person named; null for another image.</summary>
    public static ReadOnlyMemory<byte>? FindSymbols(string image)
    {
        string file = IsName(image) ? image[Prefix.Length..] + ".debug" : "";
        return Assembly.GetExecutingAssembly().GetManifestResourceNames().Contains(file)
            ? new EmbeddedImage(Assembly.GetExecutingAssembly(), file).Contents
            : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>Finds the image that a person named.</summary>
    /// <param name="image">The name or path of an image.</param>
    /// <returns>Null when it is no embedded guest that is meant.</returns>
    /// <exception cref="InputException">One is meant, and there is none of that name.</exception>
    public static ReadOnlyMemory<byte>? Find(string image)
    {
        if (!IsName(image))
            return null;
        string name = image[Prefix.Length..];
        string[] names = [.. Names.Select(known => known[Prefix.Length..])];
        return names.Contains(name)
            ? new EmbeddedImage(Assembly.GetExecutingAssembly(), name + Suffix).Contents
            : throw new InputException(
                $"There is no embedded guest '{name}'.{NearestName.Question(name, names)} There is: {string.Join(", ", names)}.");
    }
}
