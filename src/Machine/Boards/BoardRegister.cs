using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>A register of a device, and how the processor of the board gets to it.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Name">The register's name.</param>
/// <param name="Address">Physical address; for a device control register its number.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
/// <param name="IsDcr">Whether it is a device control register.</param>
/// <param name="Behind">
/// The device through whose CFGDATA it is reached when CFGADDR holds <paramref name="Index"/>; null for a register of
/// its own.
/// </param>
/// <param name="Index">What CFGADDR must hold.</param>
public sealed record BoardRegister(string Device, string Name, uint Address, int Size, bool IsDcr, IndirectDcrDevice? Behind = null, uint Index = 0)
{
    /// <summary>Whether reading there gives this register, as the device is now.</summary>
    public bool IsReadable { get; private init; } = true;


    /// <summary>All registers of a board that have names, in the order of its devices.</summary>
    public static IEnumerable<BoardRegister> All(Board board)
    {
        foreach ((string name, IStateful device) in board.Devices)
        {
            foreach (DeviceRegister register in (device as INamedRegisters)?.NamedRegisters ?? [])
            {
                if (Of(board, name, device, register) is { } found)
                    yield return found with { IsReadable = register.IsReadable };
            }
        }
    }

    private static BoardRegister? Of(Board board, string name, IStateful device, DeviceRegister register)
    {
        if (device is IndirectDcrDevice indirect)
            return new BoardRegister(name, register.Name, indirect.DataDcr, 4, IsDcr: true, indirect, register.Place);
        if (device is IDcrDevice)
            return new BoardRegister(name, register.Name, register.Place, 4, IsDcr: true);
        return board.Memory.Windows.FirstOrDefault(window => window.Device == device) is { } mapped
            ? new BoardRegister(name, register.Name, mapped.Start + register.Place, register.Size, IsDcr: false)
            : null;
    }
}
