using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs accesses to registers of devices.</summary>
internal sealed unsafe class DeviceLog(ObservedGuest guest, LogLines lines) : ILogSource
{
    private readonly DeviceNames _names = new(guest.Board);

    /// <inheritdoc/>
    public void Begin() => _names.Begin(Note);

    /// <inheritdoc/>
    public void End() => _names.End();

    private void Note(BusAccess access, bool isDcr)
    {
        if (lines.Begin("device    "u8, guest.State->Pc) is not { } line)
            return;
        (string device, string register) = _names.Find(access, isDcr);
        line.Add(device).Add("."u8).Add(register).Add(access.IsWrite ? " <- "u8 : " -> "u8).Hex(access.Value, 2 * access.Size);
        lines.End();
    }
}
