using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Machine.Boards;

/// <summary>Plugs in the Ethernet of the 405 chips, whose MAL has the same place and interrupts on all of them.</summary>
public static class Ethernet405
{
    /// <summary>Locally administered; the number of the interface is added to it.</summary>
    private const ulong FirstAddress = 0x020040050000;

    /// <summary>The address that an interface has unless it is given another one.</summary>
    /// <param name="number">Number of the interface on the chip.</param>
    public static MacAddress AddressOf(int number) => new(FirstAddress + (ulong)number);

    /// <summary>Adds MAL0 at its DCRs and at inputs 10 to 14 of the interrupt controller.</summary>
    /// <param name="board">The board.</param>
    /// <param name="uic">Its interrupt controller.</param>
    /// <param name="transmitChannels">Number of transmit channels: two for each EMAC.</param>
    /// <param name="receiveChannels">Number of receive channels: one for each EMAC.</param>
    public static Mal AddMal(Board board, Uic uic, int transmitChannels, int receiveChannels)
    {
        InterruptLine Line(int input, string what) => board.Connect(uic, input, $"MAL0 {what}");
        MalInterrupts interrupts = new(
            SystemError: Line(10, "system error"),
            TransmitEndOfBuffer: Line(11, "transmit end of buffer"),
            ReceiveEndOfBuffer: Line(12, "receive end of buffer"),
            TransmitDescriptorError: Line(13, "transmit descriptor error"),
            ReceiveDescriptorError: Line(14, "receive descriptor error"));
        return board.AddDcr("MAL0", Mal.FirstDcr, Mal.LastDcr, new Mal(board.Memory, transmitChannels, receiveChannels, interrupts, board.Log));
    }

    /// <summary>Adds an EMAC with its PHY, whose address is one more than the number: drivers keep 0 for "all PHYs".</summary>
    /// <param name="board">The board.</param>
    /// <param name="number">Its number on the chip, which gives its channels of the MAL too.</param>
    /// <param name="address">Physical address of its registers.</param>
    /// <param name="uic">The interrupt controller.</param>
    /// <param name="input">Which of its inputs the EMAC drives.</param>
    /// <param name="mal">The MAL.</param>
    /// <param name="phyBus">The management bus that the PHY is on.</param>
    /// <param name="ownBus">The management bus that the EMAC drives.</param>
    public static void AddEmac(Board board, int number, uint address, Uic uic, int input, Mal mal, MiiBus phyBus, MiiBus ownBus)
    {
        string name = $"EMAC{number}";
        MiiPhy phy = board.Add($"PHY{number}", new MiiPhy(board.Events), ResetBy.System);
        phyBus.Attach(number + 1, phy);
        EmacConnections connections = new(mal, 2 * number, number, phy, ownBus, board.Connect(uic, input, name));
        Emac emac = new(name, board.Events, connections, board.Log) { Address = AddressOf(number) };
        board.AddEthernet(board.AddMmio(name, address, Emac.WindowSize, emac));
    }
}
