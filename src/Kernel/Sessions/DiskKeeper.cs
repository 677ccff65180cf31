using PpcJit.Kernel.Booting;
using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Kernel.Sessions;

/// <summary>Keeps the file of a disk, sector by sector, as the guest writes them.</summary>
/// <param name="machine">The machine; its board has a disk.</param>
/// <param name="file">What is behind the disk.</param>
/// <param name="notice">Told once, in a sentence, when the file cannot be written during the run.</param>
public sealed class DiskKeeper(GuestMachine machine, DiskFile file, Action<string> notice) : StorageKeeper(machine, file.IsWrittenBack, notice)
{
    private readonly AtaDisk _disk = machine.Board.Disk ?? throw new InvalidOperationException("The board has no disk.");

    /// <inheritdoc/>
    protected override ulong ChangedAt => _disk.LastWriteAt;

    /// <inheritdoc/>
    protected override bool IsBusy => _disk.IsBusy;

    /// <inheritdoc/>
    protected override void Save(bool isLast) => file.Save(_disk.Content, isLast);
}
