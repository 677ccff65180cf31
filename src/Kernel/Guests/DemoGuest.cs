using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Guests;

/// <summary>The small guest that every copy of the emulator carries: see <c>demo/README.md</c> beside this file.</summary>
public static class DemoGuest
{
    private static readonly EmbeddedImage Embedded = new(typeof(DemoGuest).Assembly, "demo.elf");

    /// <summary>What messages call it.</summary>
    public const string DisplayName = "the embedded demo guest";

    /// <summary>The board it runs on.</summary>
    public const string BoardName = Ref405ep.Name;

    /// <summary>The text that it prints last when all went well.</summary>
    public const string SuccessText = "DEMO-OK";

    /// <summary>The ELF image.</summary>
    public static ReadOnlyMemory<byte> Image => Embedded.Contents;
}
