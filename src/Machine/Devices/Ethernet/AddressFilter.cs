using PpcJit.Machine.Buses;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// Decides by destination address whether a frame is for this station (405GP User's Manual, "Address Match Mechanism").
/// </summary>
/// <param name="registers">The EMAC's registers.</param>
/// <param name="model">Which EMAC it is.</param>
internal sealed class AddressFilter(RegisterFile registers, EmacModel model)
{
    private readonly int _hashBits = int.Log2(model.HashRegisters * model.HashWidth);

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
                || ((mode & EmacBits.Multicast) != 0 && IsInTable(model.GroupHash, destination));
        }

        return ((mode & EmacBits.Individual) != 0 && destination == Own)
            || ((mode & EmacBits.MultipleIndividual) != 0 && IsInTable(model.IndividualHash, destination));
    }

    /// <summary>
    /// Which of the bits of a hash table stands for an address: the upper six or eight bits of its CRC, before the inversion
    /// and with the bit that is sent first on top. The last bit is the first of the first register.
    /// </summary>
    private int HashOf(MacAddress address)
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        address.CopyTo(bytes);
        uint reflected = ~Crc32.Of(bytes);
        int hash = 0;
        for (int bit = 0; bit < _hashBits; bit++)
            hash = (hash << 1) | (int)((reflected >> bit) & 1);
        return hash;
    }

    private bool IsInTable(uint firstRegister, MacAddress address)
    {
        int position = (1 << _hashBits) - 1 - HashOf(address);
        uint register = firstRegister + (4 * (uint)(position / model.HashWidth));
        return ((registers[register] >> (model.HashWidth - 1 - (position % model.HashWidth))) & 1) != 0;
    }
}
