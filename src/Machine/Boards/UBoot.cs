namespace PpcJit.Machine.Boards;

/// <summary>
/// How U-Boot enters a kernel that knows no device tree, or a boot wrapper that brings one (Linux's cuImage): r3 = board information, r4 and r5 =
/// start and end of the initial RAM disk, r6 and r7 = start and end of the command line, which stands just under the board information.
/// </summary>
/// <param name="baudRate">Speed of the console in bits per second.</param>
public sealed class UBoot(uint baudRate) : IBoardFirmware
{
    /// <summary>A kernel reads what it is given before it has mapped more than the first 16 MB.</summary>
    private const uint InformationAddress = (16 << 20) - BoardInformation.Size;

    private const uint PciClock = 33_333_333;

    /// <inheritdoc/>
    public string Name => "U-Boot's board information in r3";

    /// <inheritdoc/>
    public uint BaudRate => baudRate;

    /// <inheritdoc/>
    public BootRegisters Start(Board board, IHandOver handOver)
    {
        handOver.Place("the board information", InformationAddress, BoardInformation.Of(board, baudRate, PciClock).ToBytes());
        (uint textStart, uint textEnd) = handOver.PlaceCommandLine(InformationAddress);
        (uint initrdStart, uint initrdEnd) = handOver.PlaceInitrd();
        return new BootRegisters(handOver.PlaceStack(), InformationAddress, initrdStart, initrdEnd, textStart, textEnd);
    }
}
