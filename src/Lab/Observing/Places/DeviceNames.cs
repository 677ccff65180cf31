using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Observing.Places;

/// <summary>Sees accesses to a board's devices, and names their registers by how the processor gets to them.</summary>
internal sealed class DeviceNames
{
    private readonly Board _board;
    private readonly Dictionary<(bool IsDcr, uint Address), BoardRegister[]> _registers;
    private readonly Dictionary<string, INamedRegisters> _devices = [];
    private Action<BusAccess>? _onAccess;
    private Action<BusAccess>? _onDcrAccess;

    public DeviceNames(Board board)
    {
        _board = board;
        _registers = BoardRegister.All(board).GroupBy(register => (register.IsDcr, register.Address))
            .ToDictionary(group => group.Key, group => group.ToArray());
        foreach ((string name, IStateful device) in board.Devices)
        {
            if (device is INamedRegisters named)
                _devices[name] = named;
        }
    }

    /// <summary>Has somebody told of each access to a device, and whether it is by a DCR, until <see cref="End"/>.</summary>
    public void Begin(Action<BusAccess, bool> accessed)
    {
        (_onAccess, _onDcrAccess) = (access => accessed(access, false), access => accessed(access, true));
        _board.Memory.DeviceAccessed += _onAccess;
        _board.Dcr.Accessed += _onDcrAccess;
    }

    /// <summary>Nobody is told any more.</summary>
    public void End()
    {
        _board.Memory.DeviceAccessed -= _onAccess;
        _board.Dcr.Accessed -= _onDcrAccess;
    }

    /// <summary>Gives the device and the register of an access.</summary>
    public (string Device, string Register) Find(BusAccess access, bool isDcr)
    {
        BoardRegister[] candidates = _registers.GetValueOrDefault((isDcr, access.Address)) ?? [];
        foreach (BoardRegister register in candidates)
        {
            bool isIt = register.Behind is { } behind ? behind.Index == register.Index : candidates.Length == 1 || Answers(register, access);
            if (isIt)
                return (register.Device, register.Name);
        }

        if (!isDcr)
            return (_board.Memory.Find(access.Address)?.Name ?? "bus", $"0x{access.Address:x8}");
        return (_board.Dcr.Ranges.FirstOrDefault(range => access.Address >= range.First && access.Address <= range.Last)?.Name ?? "DCR",
            $"0x{access.Address:x3}");
    }

    /// <summary>Whether of several registers at one place it is this one that answers, as the device is now.</summary>
    private bool Answers(BoardRegister register, BusAccess access) =>
        _devices[register.Device].NamedRegisters.FirstOrDefault(named => named.Name == register.Name) is { } now
            && (access.IsWrite ? now.IsWritable : now.IsReadable);
}
