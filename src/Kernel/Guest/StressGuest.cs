using System.Reflection;

namespace PpcJit.Kernel.Guest;

/// <summary>A guest that does all that makes translated code wrong: see <c>stress/README.md</c> beside this file.</summary>
public static class StressGuest
{
    private static readonly Lazy<byte[]> Contents = new(Read);

    /// <summary>The text that it prints last when all went well.</summary>
    public const string SuccessText = "STRESS-OK";

    /// <summary>The ELF image, for the board of <see cref="DemoGuest"/>.</summary>
    public static ReadOnlyMemory<byte> Image => Contents.Value;

    private static byte[] Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("stress.elf")
            ?? throw new InvalidOperationException("The assembly was built without its stress guest.");
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }
}
