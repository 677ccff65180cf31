using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Tests.Harness;

/// <summary>
/// Assembles small programs: one instruction a line as <see cref="Assembler"/> reads them, lines such as <c>loop:</c>
/// for labels, label names as branch targets, and <c>set r4,0x12345678</c> or <c>set r4,@loop</c> for the two
/// instructions that load a constant or a label's address.
/// </summary>
internal static class GuestCode
{
    /// <summary>Writes a program to physical memory.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="physical">Where it goes.</param>
    /// <param name="text">The program.</param>
    /// <param name="effective">Where it will run, if not where it is.</param>
    /// <returns>Addresses of the labels, effective.</returns>
    public static Dictionary<string, uint> Put(this TestMachine machine, uint physical, string text, uint? effective = null)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length != 0)];
        uint start = effective ?? physical;
        Dictionary<string, uint> labels = [];
        uint address = start;
        foreach (string line in lines)
        {
            if (line.EndsWith(':'))
                labels.Add(line[..^1], address);
            else
                address += line.StartsWith("set ", StringComparison.Ordinal) ? 8u : 4u;
        }

        address = start;
        foreach (string line in lines.Where(line => !line.EndsWith(':')))
        {
            foreach (string plain in Expand(line, labels, address))
            {
                machine.Assemble(physical + (address - start), plain);
                address += 4;
            }
        }

        return labels;
    }

    private static string[] Expand(string line, Dictionary<string, uint> labels, uint address)
    {
        int cut = line.LastIndexOfAny([' ', ',']);
        string last = line[(cut + 1)..];
        if (line.StartsWith("set ", StringComparison.Ordinal))
        {
            string register = line[4..cut];
            uint value = last[0] == '@' ? labels[last[1..]] : Convert.ToUInt32(last, last.StartsWith("0x", StringComparison.Ordinal) ? 16 : 10);
            return [$"addis {register},0,{(short)(value >> 16)}", $"ori {register},{register},{value & 0xffff}"];
        }

        return cut >= 0 && labels.TryGetValue(last, out uint target) ? [$"{line[..(cut + 1)]}{(int)(target - address)}"] : [line];
    }
}
