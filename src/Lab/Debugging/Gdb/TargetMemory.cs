using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>Reads and writes a guest's memory by effective address in the present context, for a debugger.</summary>
internal static class TargetMemory
{
    /// <summary>Reads bytes as far as they can be read; a device's registers are read without side effects.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="address">First effective address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="translate">Gives the physical address of an effective one; null for none.</param>
    public static byte[] Read(Board board, uint address, uint length, Func<uint, uint?> translate)
    {
        byte[] bytes = new byte[length];
        for (uint done = 0; done < length;)
        {
            if (translate(address + done) is not { } physical)
                return bytes[..(int)done];
            if (GuestMemory.TryReadByte(board, physical, out bytes[done]))
            {
                done++;
                continue;
            }

            int size = RegisterSize(length - done, physical);
            if (DeviceReader.Read(board, physical, size) is not { } value)
                return bytes[..(int)done];
            for (int n = 0; n < size; n++)
                bytes[done++] = (byte)(value >> (8 * (size - 1 - n)));
        }

        return bytes;
    }

    /// <summary>
    /// Makes the changes that write bytes; none when some cannot be written. What goes to a device is written as the processor
    /// would: whole registers where address and
    /// length are theirs.
    /// </summary>
    public static IReadOnlyList<Injection> Write(Board board, uint address, byte[] bytes)
    {
        List<Injection> changes = [];
        for (int done = 0; done < bytes.Length;)
        {
            uint place = address + (uint)done;
            int part = Math.Min(bytes.Length - done, (int)(0x400 - (place & 0x3ff)));
            if (!GuestMemory.TryTranslate(board, place, out uint physical, out StorageAttributes attributes) || board.Memory.Find(physical)
                is not { } window)
                return [];
            if (window.Device is not null)
            {
                part = RegisterSize(bytes.Length - done, physical);
                DeviceInjection change = new(physical, part, Number(
                    bytes.AsSpan(done, part), isLittle: (attributes & StorageAttributes.LittleEndian) != 0));
                if (!change.IsPossible(board))
                    return [];
                changes.Add(change);
            }
            else if (window.Writable && window.Holds(physical, part))
            {
                changes.Add(new MemoryInjection(physical, bytes.AsMemory(done, part)));
            }
            else
            {
                return [];
            }

            done += part;
        }

        return changes;
    }

    /// <summary>The width for which the client asks is that of the register, where it asks for one.</summary>
    private static int RegisterSize(long length, uint physical) => (length, physical & 3) switch { ( >= 4, 0) => 4, ( >= 2, 0 or 2) => 2, _ => 1 };

    private static uint Number(ReadOnlySpan<byte> bytes, bool isLittle)
    {
        uint value = 0;
        for (int n = 0; n < bytes.Length; n++)
            value = (value << 8) | bytes[isLittle ? bytes.Length - 1 - n : n];
        return value;
    }
}
