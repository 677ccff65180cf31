namespace PpcJit.Kernel.Booting;

/// <summary>
/// How the firmware of an OpenBlockS 200 enters a kernel: eight bytes at 1 MB describe the board (Ethernet address, boot mode, memory in megabytes).
/// It takes neither a command line nor an initial RAM disk.
/// </summary>
internal sealed class CenturyBiosBoot : IBootProtocol
{
    private const uint InformationAddress = 1 << 20;
    private const int InformationSize = 8;

    /// <inheritdoc/>
    public string Name => "board information at 0x00100000";

    /// <inheritdoc/>
    public uint BaudRate => 9600;

    /// <inheritdoc/>
    public BootRegisters Prepare(BootRequest request, Placement placement)
    {
        if (request.CommandLine is { IsEmpty: false } || request.Initrd is not null)
            throw new InputException($"The firmware of {request.Board.Name} hands over neither a command line nor a "
                + "RAM disk; --append and --initrd need another board.");
        byte[] information = new byte[InformationSize];
        request.Board.Ethernet[0].Address.CopyTo(information);
        information[InformationSize - 1] = (byte)(request.Board.Memory.RamSize >> 20);
        placement.Add("the board information", InformationAddress, information, InformationSize);
        return new BootRegisters(LoaderStack.Place(request.Board, placement), InformationAddress);
    }
}
