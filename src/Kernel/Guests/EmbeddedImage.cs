using System.Reflection;

namespace PpcJit.Kernel.Guests;

/// <summary>A file that is part of an assembly; it is read when it is first asked for.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="name">The file's name as a resource.</param>
public sealed class EmbeddedImage(Assembly assembly, string name)
{
    private readonly Lazy<byte[]> _contents = new(() => Read(assembly, name));

    /// <summary>The file's contents.</summary>
    public ReadOnlyMemory<byte> Contents => _contents.Value;

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }
}
