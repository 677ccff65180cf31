namespace PpcJit.Kernel.Guests;

/// <summary>A guest that does all that makes translated code wrong: see <c>stress/README.md</c> beside this file.</summary>
public static class StressGuest
{
    private static readonly EmbeddedImage Embedded = new(typeof(StressGuest).Assembly, "stress.elf");

    /// <summary>The text that it prints last when all went well.</summary>
    public const string SuccessText = "STRESS-OK";

    /// <summary>The ELF image, for the board of <see cref="DemoGuest"/>.</summary>
    public static ReadOnlyMemory<byte> Image => Embedded.Contents;
}
