using Iced.Intel;

namespace PpcJit.Inspector.Sampling;

/// <summary>A host instruction.</summary>
/// <param name="Offset">Bytes from the start of its method.</param>
/// <param name="Text">The assembler text.</param>
/// <param name="Hits">How many samples were at it.</param>
internal readonly record struct HostInstruction(int Offset, string Text, int Hits);

/// <summary>Machine code as text.</summary>
internal static class NativeListing
{
    /// <summary>Lists the machine code of a region with the samples at each instruction.</summary>
    public static IReadOnlyList<HostInstruction> Of(HotRegion region) => Of(region.Code, region.Method.Start, region.Hits);

    /// <summary>Lists machine code.</summary>
    /// <param name="code">The bytes.</param>
    /// <param name="start">Where they are.</param>
    /// <param name="hits">Addresses of samples.</param>
    public static IReadOnlyList<HostInstruction> Of(byte[] code, ulong start, IReadOnlyList<ulong> hits)
    {
        ILookup<ulong, ulong> byAddress = hits.ToLookup(hit => hit);
        IntelFormatter formatter = new() { Options = { BranchLeadingZeros = false } };
        StringOutput text = new();
        List<HostInstruction> lines = [];

        // As if it began at 0: branches then name the offsets that stand in front of the lines.
        Decoder decoder = Decoder.Create(64, code, 0);
        while (decoder.IP < (ulong)code.Length)
        {
            Instruction instruction = decoder.Decode();
            formatter.Format(instruction, text);
            lines.Add(new HostInstruction((int)instruction.IP, text.ToStringAndReset(), byAddress[start + instruction.IP].Count()));
        }

        return lines;
    }
}
