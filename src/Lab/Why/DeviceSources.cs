using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;

namespace PpcJit.Lab.Why;

/// <summary>Says what a device gave, and why it interrupted, while the machine stands ahead of that.</summary>
/// <param name="machine">The machine.</param>
internal sealed class DeviceSources(GuestMachine machine)
{
    private const string ReceiverBuffer = "RBR";

    private Board Board => machine.Board;

    /// <summary>Says what a load from a device's register gives.</summary>
    /// <param name="physical">The physical address.</param>
    /// <returns>Null where no device is.</returns>
    public EventSources? Load(uint physical)
    {
        if (Board.Memory.Find(physical) is not { Device: { } device, IsPlain: false } window)
            return null;
        string? name = Name(physical, isDcr: false);
        return device is Uart16550 uart && uart.NextToRead is { IsKnown: true } character && IsReceiverBuffer(physical - window.Start, uart)
            ? new EventSources([], LinkEnd.Key, name) { Input = new OutsideInput(uart.Name, character.Number, new Moment(character.Count), 0) }
            : new EventSources([], LinkEnd.Device, name);
    }

    /// <summary>Says what <c>mfdcr</c> gives.</summary>
    public EventSources LoadDcr(uint number) => new([], LinkEnd.Device, Name(number, isDcr: true));

    /// <summary>Names the inputs of the interrupt controller that ask for an interrupt; empty for none.</summary>
    public string Asking(bool isCritical)
    {
        List<string> names = [];
        foreach (Uic uic in Board.DevicesOf<Uic>())
        {
            uint critical = uic.ReadDcr(uic.First + 3);
            uint asking = uic.ReadDcr(uic.First + 6) & (isCritical ? critical : ~critical);
            for (int input = 0; input < 32; input++)
            {
                if ((asking & (0x80000000u >> input)) != 0)
                    names.Add(Board.Interrupts.FirstOrDefault(known => known.Input == input)?.Device ?? $"uic{input}");
            }
        }

        return string.Join(", ", names);
    }

    private static bool IsReceiverBuffer(uint offset, Uart16550 uart) =>
        offset % Uart16550.WindowSize == 0 && uart.NamedRegisters.Any(register => register is { Name: ReceiverBuffer, IsReadable: true });

    private string? Name(uint address, bool isDcr)
    {
        string[] found =
        [
            .. BoardRegister.All(Board).Where(register => register.IsDcr == isDcr && register.Address == address && register.IsReadable)
                .Select(register => $"{register.Device}.{register.Name}").Distinct(),
        ];
        return found.Length == 0 ? null : string.Join(" or ", found);
    }
}
