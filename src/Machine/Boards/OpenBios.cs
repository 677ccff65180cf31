namespace PpcJit.Machine.Boards;

/// <summary>
/// How IBM's OpenBIOS enters a kernel (Walnut, OpenBlockS 266): with a stack, in real mode with interrupts off;
/// everything else the kernel asks the ROM for. OpenBIOS passes no arguments. Here r3 holds the board description all
/// the same, r4 and r5 start and end of the initial RAM disk, and r6 and r7 start and end of the command line: a
/// wrapper that knows of them can hand them on.
/// </summary>
public sealed class OpenBios : IBoardFirmware
{
    /// <summary>The command line goes below this: a wrapper reads it before it has mapped more than the first 16 MB.</summary>
    private const uint Limit = 16 << 20;

    /// <inheritdoc/>
    public string Name => "OpenBIOS board call";

    /// <inheritdoc/>
    public uint BaudRate => 9600;

    /// <inheritdoc/>
    public string? Objection(Board board, bool hasCommandLine, bool hasInitrd) => board.Flash is null ? null
        : $"The OpenBIOS of {board.Name} is where the flash is; a device tree (--dtb FILE) does without, "
        + "and so does --firmware FILE instead of an IMAGE.";

    /// <inheritdoc/>
    public BootRegisters Start(Board board, IHandOver handOver)
    {
        OpenBiosRom.Describe(board);
        uint stack = handOver.PlaceStack();
        (uint textStart, uint textEnd) = handOver.PlaceCommandLine(Math.Min(Limit, stack & ~0xffffu));
        (uint initrdStart, uint initrdEnd) = handOver.PlaceInitrd();
        return new BootRegisters(stack, OpenBiosRom.Description, initrdStart, initrdEnd, textStart, textEnd);
    }
}
