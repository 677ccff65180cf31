using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// RGMII0, the bridge between the EMACs of a 405EX and their PHYs (Linux, drivers/net/ethernet/ibm/emac/rgmii.c; U-Boot, ppc4xx-emac.h): FER turns
/// a port on and gives one of the EMACs the management bus, SSR says at what speed a port runs. Frames pass a port that is on and runs at the speed
/// of the PHY behind it.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class RgmiiBridge(HardwareLog log) : WordDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x104;

    private const uint Enable = 0;
    private const uint Speed = 4;
    private const uint PortOn = 4;
    private const uint FirstManagement = 0x00080000;

    private readonly RegisterFile _registers = new(
        "RGMII0",
        log,
        new Register(Enable, "FER", Writable: 0x000c0077),
        new Register(Speed, "SSR", Writable: 0x00000707));

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <summary>Leads the management of an EMAC to a bus while FER gives it to that EMAC.</summary>
    /// <param name="port">The EMAC's port, 0 or 1.</param>
    /// <param name="bus">The bus.</param>
    public IManagementBus ManagementOf(int port, IManagementBus bus) => new Management(this, FirstManagement >> port, bus);

    /// <summary>Whether frames pass a port.</summary>
    /// <param name="port">The port, 0 or 1.</param>
    /// <param name="bitsPerSecond">Speed of the PHY behind it.</param>
    public bool Passes(int port, uint bitsPerSecond)
    {
        uint selected = (_registers[Speed] >> (8 * port)) & 7;
        uint wanted = bitsPerSecond switch { 1_000_000_000 => 4, 100_000_000 => 2, _ => 1u };
        return ((_registers[Enable] >> (4 * port)) & PortOn) != 0 && selected == wanted;
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public override void Load(StateReader reader) => _registers.Load(reader);

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset) => _registers.Read(offset);

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes) => _registers.Write(offset, value, lanes);

    private sealed class Management(RgmiiBridge bridge, uint enable, IManagementBus bus) : IManagementBus
    {
        private bool IsConnected => (bridge._registers[Enable] & enable) != 0;

        public bool TryRead(uint address, uint register, out ushort value)
        {
            value = ushort.MaxValue;
            return IsConnected && bus.TryRead(address, register, out value);
        }

        public void Write(uint address, uint register, ushort value)
        {
            if (IsConnected)
                bus.Write(address, register, value);
        }
    }
}
