using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Tests.Support;

/// <summary>A Ref405ep to load images onto.</summary>
internal static class TestBoard
{
    public static Board Create(uint megabytes = 32) => Ref405ep.Create(new BoardOptions { MemoryBytes = megabytes << 20 });

    public static LoadedGuest Boot(this Board board, byte[] image, BootOptions? options = null) =>
        GuestLoader.Load(board, image, "image", options ?? Options);

    public static BootOptions Options { get; } = new() { ImagePath = "image" };

    /// <summary>The sentence with which an image is refused.</summary>
    public static string Refusal(this Board board, byte[] image, BootOptions? options = null) =>
        Assert.Throws<InputException>(() => board.Boot(image, options))!.Message;

    public static byte[] Read(this Board board, uint physical, int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(board.Memory.TryCopyOut(physical, bytes), Is.True);
        return bytes;
    }

    public static unsafe uint Gpr(this Board board, int number) => board.Processor.State->Gpr[number];

    public static unsafe uint Pc(this Board board) => board.Processor.State->Pc;

    public static unsafe uint Msr(this Board board) => board.Processor.State->Msr;
}
