using System.Numerics;
using System.Runtime.CompilerServices;

namespace PpcJit.Machine.Isa;

/// <summary>
/// Finds the instruction of a word. The look-up tables are filled once from <see cref="InstructionTable"/>.
/// </summary>
public static class Decoder
{
    // For each primary opcode, the index of its first slot (low half) and the mask of the word's low bits that choose
    // among its slots (high half): 0 when the primary opcode alone decides. So a look-up has no branch and cannot leave
    // the array.
    private static readonly uint[] Primary = new uint[64];
    private static readonly Op[] Slots = Fill();

    /// <summary>
    /// The instruction that <paramref name="word"/> encodes, or <see cref="Op.Illegal"/>. Reserved bits do not matter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Op Decode(uint word)
    {
        uint entry = Primary[word >> 26];
        return Slots[(entry & 0xffff) + (word & (entry >> 16))];
    }

    /// <summary>The table's line for <paramref name="op"/>; see <see cref="InstructionTable.Row"/>.</summary>
    public static InstructionRow Row(Op op) => InstructionTable.Row(op);

    private static Op[] Fill()
    {
        foreach (InstructionRow row in InstructionTable.Rows)
            Primary[row.FixedBits >> 26] |= SelectingLowBits(row) << 16;

        uint slots = 0;
        for (int opcode = 0; opcode < Primary.Length; opcode++)
        {
            uint mask = Primary[opcode] >> 16;
            Primary[opcode] |= slots;
            slots += mask + 1;
        }

        Op[] filled = new Op[slots];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            uint first = Primary[row.FixedBits >> 26] & 0xffff, mask = Primary[row.FixedBits >> 26] >> 16;
            uint free = mask & ~row.FixedMask, chosen = free;
            while (true)
            {
                filled[first + (row.FixedBits & mask) + chosen] = row.Op;
                if (chosen == 0)
                    break;
                chosen = (chosen - 1) & free;
            }
        }

        return filled;
    }

    /// <summary>A mask of low bits, without holes, that covers the extended opcode: 0 if there is none.</summary>
    private static uint SelectingLowBits(InstructionRow row)
    {
        uint extended = row.FixedMask & 0x03ff_ffff;
        return extended == 0 ? 0 : uint.MaxValue >> BitOperations.LeadingZeroCount(extended);
    }
}
