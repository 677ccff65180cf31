using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// How a kernel is entered on the Ref405ep, as QEMU 7.2's board of that name does it: r1 = top of the SRAM, r3 = board information just under 16 MB,
/// r4 and r5 = start and end of the initial RAM disk, r6 and r7 = start and end of the command line, which stands just under the board information.
/// </summary>
internal sealed class Ref405epBoot : IBootProtocol
{
    private const uint SramStart = 0xfff00000;
    private const uint SramSize = 512 << 10;
    private const uint InformationAddress = (16 << 20) - BoardInformation.Size;
    private const uint SystemClock = 33_333_333;

    /// <inheritdoc/>
    public string Name => "board information (bd_t) in r3";

    /// <inheritdoc/>
    public uint BaudRate => 115200;

    /// <inheritdoc/>
    public BootRegisters Prepare(BootRequest request, Placement placement)
    {
        byte[] information = Describe(request.Board).ToBytes();
        placement.Add("the board information", InformationAddress, information, (uint)information.Length);
        (uint textStart, uint textEnd) = CommandLinePlace.Choose(request, placement, InformationAddress);
        (uint initrdStart, uint initrdEnd) = InitrdPlace.Choose(request, placement);
        return new BootRegisters(SramStart + SramSize - 8, InformationAddress, initrdStart, initrdEnd, textStart, textEnd);
    }

    private BoardInformation Describe(Board board)
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(SystemClock, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        return new BoardInformation
        {
            MemorySize = board.Memory.RamSize,
            SramStart = SramStart,
            SramSize = SramSize,
            EthernetAddresses = Array.ConvertAll([.. board.Ethernet], port => port.Address),
            CpuHz = clocks.Cpu,
            PlbHz = clocks.Plb,
            OpbHz = clocks.Opb,
            PciHz = SystemClock,
            BaudRate = BaudRate,
        };
    }
}
