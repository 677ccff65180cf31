using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>Which board's firmware behaves how.</summary>
internal static class BootProtocols
{
    /// <summary>Gives the protocol of a board's own firmware.</summary>
    /// <exception cref="InputException">The board has none here.</exception>
    public static IBootProtocol Of(Board board) => board.Name switch
    {
        Ref405ep.Name => new Ref405epBoot(),
        Walnut.Name or OpenBlockS.Name266 when board.Flash is not null => throw new InputException(
            $"The OpenBIOS of {board.Name} is where the flash is; a device tree (--dtb FILE) does without, and so does "
                + $"--firmware FILE instead of an IMAGE."),
        Walnut.Name or OpenBlockS.Name266 => new OpenBiosBoot(),
        OpenBlockS.Name200 => new CenturyBiosBoot(),
        _ => throw new InputException($"The board {board.Name} has no firmware here to start a kernel with; a device "
            + "tree (--dtb FILE) does without."),
    };
}
