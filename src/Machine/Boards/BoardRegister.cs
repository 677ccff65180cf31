using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>A register of a device, and how the processor of the board gets to it.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Name">The register's name.</param>
/// <param name="Address">Physical address; for a device control register its number.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
/// <param name="IsDcr">Whether it is a device control register.</param>
/// <param name="Behind">The device through whose CFGDATA it is reached when CFGADDR holds <paramref name="Index"/>; null for a register of its own.</param>
/// <param name="Index">What CFGADDR must hold.</param>
public sealed record BoardRegister(string Device, string Name, uint Address, int Size, bool IsDcr, IndirectDcrDevice? Behind = null, uint Index = 0)
{
    /// <summary>All registers of a board that have names, in the order of its devices.</summary>
    public static IEnumerable<BoardRegister> All(Board board)
    {
        foreach ((string name, IStateful device) in board.Devices)
        {
            foreach (DeviceRegister register in (device as INamedRegisters)?.NamedRegisters ?? [])
            {
                if (device is IndirectDcrDevice indirect)
                    yield return new BoardRegister(name, register.Name, indirect.DataDcr, 4, IsDcr: true, indirect, register.Place);
                else if (device is IDcrDevice)
                    yield return new BoardRegister(name, register.Name, register.Place, 4, IsDcr: true);
                else if (board.Memory.Windows.FirstOrDefault(window => window.Device == device) is { } window)
                    yield return new BoardRegister(name, register.Name, window.Start + register.Place, register.Size, IsDcr: false);
            }
        }
    }
}
