using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>Reads and writes a guest's memory by effective address in the present context, for a debugger.</summary>
internal static class TargetMemory
{
    /// <summary>Reads bytes as far as they can be read; a device's registers are read without side effects.</summary>
    public static byte[] Read(Board board, uint address, uint length)
    {
        byte[] bytes = new byte[length];
        for (uint done = 0; done < length;)
        {
            if (!GuestMemory.TryTranslate(board, address + done, out uint physical, out _))
                return bytes[..(int)done];
            if (GuestMemory.TryReadByte(board, physical, out bytes[done]))
            {
                done++;
                continue;
            }

            // The width that the client asks for is that of the register, where it asks for one.
            int size = (length - done, physical & 3) switch { ( >= 4, 0) => 4, ( >= 2, 0 or 2) => 2, _ => 1 };
            if (DeviceReader.Read(board, physical, size) is not { } value)
                return bytes[..(int)done];
            for (int n = 0; n < size; n++)
                bytes[done++] = (byte)(value >> (8 * (size - 1 - n)));
        }

        return bytes;
    }

    /// <summary>Makes the changes that write bytes; none when some cannot be written.</summary>
    public static IReadOnlyList<Injection> Write(Board board, uint address, byte[] bytes)
    {
        List<Injection> changes = [];
        for (int done = 0; done < bytes.Length;)
        {
            uint place = address + (uint)done;
            int part = Math.Min(bytes.Length - done, (int)(0x400 - (place & 0x3ff)));
            if (!GuestMemory.TryTranslate(board, place, out uint physical, out _)
                || board.Memory.Find(physical) is not { Device: null, Writable: true } window
                || !window.Holds(physical, part))
                return [];
            changes.Add(new MemoryInjection(physical, bytes.AsMemory(done, part)));
            done += part;
        }

        return changes;
    }
}
