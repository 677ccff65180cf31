using System.Reflection;

namespace PpcJit.Kernel.Guest;

/// <summary>A file that is part of the assembly; it is read when it is first asked for.</summary>
/// <param name="name">Its name as a resource.</param>
internal sealed class EmbeddedImage(string name)
{
    private readonly Lazy<byte[]> _contents = new(() => Read(name));

    /// <summary>The file's contents.</summary>
    public ReadOnlyMemory<byte> Contents => _contents.Value;

    /// <summary>The names of all files that are part of the assembly.</summary>
    public static IReadOnlyList<string> Names { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames();

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }
}
