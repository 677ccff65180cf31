using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Guests;

/// <summary>
/// A small kernel with the mechanisms of kern/54994, and the problem if its command line asks for it: see
/// <c>uarea/README.md</c> beside this file.
/// </summary>
public static class UareaGuest
{
    private static readonly EmbeddedImage Embedded = new(typeof(UareaGuest).Assembly, "uarea.elf");

    /// <summary>What messages and scenario files call it.</summary>
    public const string DisplayName = "the embedded uarea guest";

    /// <summary>The board it runs on.</summary>
    public const string BoardName = Ref405ep.Name;

    /// <summary>The text that it prints last when all went well.</summary>
    public const string SuccessText = "UAREA-OK";

    /// <summary>The text that begins the line in which it says why it died.</summary>
    public const string PanicText = "panic: ";

    /// <summary>The ELF image.</summary>
    public static ReadOnlyMemory<byte> Image => Embedded.Contents;
}
