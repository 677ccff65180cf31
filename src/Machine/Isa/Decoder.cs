namespace PpcJit.Machine.Isa;

/// <summary>Finds the instruction of a word. The look-up tables are filled once from <see cref="InstructionTable"/>.</summary>
public static class Decoder
{
    private const int ExtendedOpcodes = 1024;

    // For each primary opcode, the first of its slots (low half) and the mask for bits 21:30 (high half): 0 when the
    // primary opcode alone selects, 1023 for opcodes 4, 19 and 31. So a look-up has no branch.
    private static readonly uint[] Primary = new uint[64];
    private static readonly Op[] Slots = Fill();

    /// <summary>The instruction that <paramref name="word"/> encodes, or <see cref="Op.Illegal"/>. Ignored bits do not matter.</summary>
    public static Op Decode(uint word)
    {
        uint entry = Primary[word >> 26];
        return Slots[(entry & 0xffff) + ((word >> 1) & (entry >> 16))];
    }

    /// <summary>The table's line for <paramref name="op"/>; for <see cref="Op.Illegal"/>, a line that no instruction has.</summary>
    public static InstructionRow Row(Op op) => InstructionTable.Row(op);

    private static Op[] Fill()
    {
        uint slots = 0;
        for (uint opcode = 0; opcode < 64; opcode++)
        {
            bool extended = opcode is 4 or 19 or 31;
            Primary[opcode] = slots | (extended ? (ExtendedOpcodes - 1u) << 16 : 0);
            slots += extended ? ExtendedOpcodes : 1u;
        }

        Op[] filled = new Op[slots];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            uint entry = Primary[row.FixedBits >> 26];
            uint count = (entry >> 16) + 1;
            uint mask = (row.FixedMask >> 1) & (entry >> 16), bits = (row.FixedBits >> 1) & (entry >> 16);
            for (uint i = 0; i < count; i++)
                if ((i & mask) == bits)
                    filled[(entry & 0xffff) + i] = row.Op;
        }

        return filled;
    }
}
