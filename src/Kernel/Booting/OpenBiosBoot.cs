using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// How IBM's OpenBIOS enters a kernel (Walnut, OpenBlockS 266): with a stack, in real mode with interrupts off;
/// everything else the kernel asks the ROM for. OpenBIOS passes no arguments. Here r3 holds the board description all
/// the same, r4 and r5 start and end of the initial RAM disk, and r6 and r7 start and end of the command line: a
/// wrapper that knows of them can hand them on.
/// </summary>
internal sealed class OpenBiosBoot : IBootProtocol
{
    /// <summary>The command line goes below this: a wrapper reads it before it has mapped more than the first 16 MB.</summary>
    private const uint Limit = 16 << 20;

    /// <inheritdoc/>
    public string Name => "OpenBIOS board call";

    /// <inheritdoc/>
    public uint BaudRate => 9600;

    /// <inheritdoc/>
    public BootRegisters Prepare(BootRequest request, Placement placement)
    {
        OpenBiosRom.Describe(request.Board);
        uint stack = LoaderStack.Place(request.Board, placement);
        (uint textStart, uint textEnd) = CommandLinePlace.Choose(request, placement, Math.Min(Limit, stack & ~0xffffu));
        (uint initrdStart, uint initrdEnd) = InitrdPlace.Choose(request, placement);
        return new BootRegisters(stack, OpenBiosRom.Description, initrdStart, initrdEnd, textStart, textEnd);
    }
}
