using PpcJit.Machine.Buses;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// Decides by destination address whether a frame is for this station (405GP User's Manual, "Address Match Mechanism").
/// </summary>
/// <param name="registers">The EMAC's registers.</param>
internal sealed class AddressFilter(RegisterFile registers)
{
    private const int TableBits = 16;

    /// <summary>The station's own address, from IAHR and IALR.</summary>
    public MacAddress Own => new(((ulong)registers[EmacBits.AddressHigh] << 32) | registers[EmacBits.AddressLow]);

    /// <summary>Whether frames to an address are received.</summary>
    public bool Accepts(MacAddress destination)
    {
        uint mode = registers[EmacBits.ReceiveMode];
        if ((mode & EmacBits.Promiscuous) != 0)
            return true;
        if (destination == MacAddress.Broadcast)
            return (mode & EmacBits.Broadcast) != 0;
        if (destination.IsGroup)
        {
            return (mode & EmacBits.PromiscuousMulticast) != 0
                || ((mode & EmacBits.Multicast) != 0 && IsInTable(EmacBits.GroupHash, destination));
        }

        return ((mode & EmacBits.Individual) != 0 && destination == Own)
            || ((mode & EmacBits.MultipleIndividual) != 0 && IsInTable(EmacBits.IndividualHash, destination));
    }

    /// <summary>
    /// Which of the 64 bits of a hash table stands for an address: the upper six bits of its CRC, before the inversion
    /// and with the bit that is sent first on top. Bit 63 is the first of the first register.
    /// </summary>
    public static int HashOf(MacAddress address)
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        address.CopyTo(bytes);
        uint reflected = ~Crc32.Of(bytes);
        int hash = 0;
        for (int bit = 0; bit < 6; bit++)
            hash = (hash << 1) | (int)((reflected >> bit) & 1);
        return hash;
    }

    private bool IsInTable(uint firstRegister, MacAddress address)
    {
        int position = 63 - HashOf(address);
        uint register = firstRegister + (4 * (uint)(position / TableBits));
        return ((registers[register] << (position % TableBits)) & 0x8000) != 0;
    }
}
