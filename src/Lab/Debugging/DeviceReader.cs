using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Debugging;

/// <summary>
/// Reads registers of devices as the processor would, and takes back whatever that did: characters that were taken,
/// status bits that were cleared, interrupts.
/// </summary>
public static unsafe class DeviceReader
{
    /// <summary>Reads a register; the machine is as it was.</summary>
    /// <returns>Null when reading does not give this register now: it is only written, or another one answers at its address.</returns>
    public static uint? Read(Board board, BoardRegister register)
    {
        return register.IsReadable ? Undone(board, () => Value(board, register)) : null;
    }

    /// <summary>Reads whatever register of a device is at a physical address; the machine is as it was.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="physical">The address.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <returns>Null when no device is there.</returns>
    public static uint? Read(Board board, uint physical, int size)
    {
        if (board.Memory.Find(physical) is not { Device: not null } window || !window.Holds(physical, size))
            return null;
        return Undone<uint?>(board, () => board.Memory.TryRead(physical, size, out uint value) ? value : null);
    }

    private static T Undone<T>(Board board, Func<T> read)
    {
        Processor processor = board.Processor;
        (uint pending, StopReason stop, ulong lastRun) = (processor.State->PendingInterrupts, processor.StopReason, board.Events.LastRun);
        byte[] events = Saved(board.Events);
        byte[][] devices = [.. board.Devices.Select(plugged => Saved(plugged.Device))];
        board.Log.IsMuted = true;
        T value = read();
        board.Log.IsMuted = false;
        for (int n = 0; n < devices.Length; n++)
        {
            IStateful device = board.Devices[n].Device;
            if (!Saved(device).AsSpan().SequenceEqual(devices[n]))
                device.Load(new StateReader(devices[n]));
        }

        if (!Saved(board.Events).AsSpan().SequenceEqual(events))
            board.Events.Load(new StateReader(events), lastRun);
        processor.State->PendingInterrupts = pending;
        processor.StopReason = stop;
        return value;
    }

    private static uint? Value(Board board, BoardRegister register)
    {
        if (!register.IsDcr)
            return board.Memory.TryRead(register.Address, register.Size, out uint value) ? value : null;
        if (register.Behind is { } behind)
            behind.WriteDcr(behind.DataDcr - 1, register.Index);
        return board.Dcr.Read(register.Address);
    }

    private static byte[] Saved(IStateful part)
    {
        StateWriter writer = new();
        part.Save(writer);
        return writer.Written.ToArray();
    }
}
