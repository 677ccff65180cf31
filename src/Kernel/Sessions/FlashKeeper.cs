using PpcJit.Kernel.Booting;
using PpcJit.Machine.Devices.Flash;

namespace PpcJit.Kernel.Sessions;

/// <summary>Keeps the file of a flash, whole, as the guest programs it.</summary>
/// <param name="machine">The machine; its board has a flash.</param>
/// <param name="file">What is behind the flash.</param>
/// <param name="notice">Told once, in a sentence, when the file cannot be written during the run.</param>
public sealed class FlashKeeper(GuestMachine machine, FlashFile file, Action<string> notice) : StorageKeeper(machine, file.IsWrittenBack, notice)
{
    private readonly FlashChip _flash = machine.Board.Flash ?? throw new InvalidOperationException("The board has no flash.");

    /// <inheritdoc/>
    protected override ulong ChangedAt => _flash.LastCommandAt;

    /// <inheritdoc/>
    protected override bool IsBusy => _flash.IsBusy;

    /// <inheritdoc/>
    protected override void Save(bool isLast) => file.Save(_flash, isLast);
}
