using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>The stack on which a firmware enters a kernel: kernels call back into the firmware with it before they have one of their own.</summary>
internal static class LoaderStack
{
    private const uint Size = 16 << 10;
    private const uint Alignment = 4096;

    /// <summary>Room above the stack pointer for the back chain, which ends there, and a saved link register.</summary>
    private const uint FrameHead = 16;

    /// <summary>Places the stack as high in memory as possible.</summary>
    /// <returns>The stack pointer.</returns>
    /// <exception cref="InputException">There is no room for it.</exception>
    public static uint Place(Board board, Placement placement) =>
        placement.AddBelow("the firmware's stack", new byte[Size], board.Memory.RamSize, Alignment) + Size - FrameHead;
}
