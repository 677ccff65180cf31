namespace PpcJit.Machine.Boards;

/// <summary>Where on a board's PCI bus a device stands.</summary>
/// <param name="Device">Its device number, which says which address line selects it.</param>
/// <param name="Input">The input of the interrupt controller that its INTA drives, active low.</param>
public sealed record PciSlot(int Device, int Input);
