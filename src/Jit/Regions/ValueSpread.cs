using System.Numerics;
using PpcJit.Jit.Cold;

namespace PpcJit.Jit.Regions;

/// <summary>
/// How far from each other the values may lie that a register has in the turns of a loop, apart from the steps of counters and pointers, which are small: 0 for
/// what the loop does not load, 255 for a byte, 1020 for a byte times four, and everything for a loaded word. Only a guess of where accesses go is built on it.
/// </summary>
internal sealed class ValueSpread
{
    /// <summary>The spread of a value that may be anything.</summary>
    private const long Anything = 1L << 32;

    /// <summary>More passes than this find nothing new but values that grow from turn to turn.</summary>
    private const int MostPasses = 8;

    private readonly long[] _spread = new long[DecodedInstruction.Zero + 1];

    /// <summary>Looks at all that the blocks of a loop do.</summary>
    public ValueSpread(IEnumerable<RegionBlock> loop)
    {
        bool again = true;
        for (int pass = 0; again && pass < MostPasses; pass++)
        {
            again = false;
            foreach (RegionBlock block in loop)
            {
                for (int n = 0; n < block.Instructions.Length; n++)
                    again |= Widen(block.Instructions[n], block.Uses[n].Writes);
            }
        }
    }

    /// <summary>The spread of an address, in bytes.</summary>
    public long Of(AddressBase address) => Sum(_spread[address.A], _spread[address.B]);

    /// <summary>The registers that an instruction loads from memory, as resources.</summary>
    public static ulong LoadedBy(in DecodedInstruction i) => i.Code switch
    {
        >= ColdCode.Lbz and <= ColdCode.Lwarx => Resources.Gpr(i.T),
        ColdCode.Lmw => ulong.MaxValue << i.T & (Resources.Gpr(Resources.FirstCr) - 1),
        _ => 0,
    };

    private bool Widen(in DecodedInstruction i, ulong writes)
    {
        bool widened = false;
        ulong loaded = LoadedBy(i);
        for (ulong left = writes & (Resources.Gpr(Resources.FirstCr) - 1); left != 0; left &= left - 1)
        {
            int register = BitOperations.TrailingZeroCount(left);

            // What a load writes and does not load is the base that it updates.
            bool isBase = loaded != 0 && (loaded & Resources.Gpr(register)) == 0;
            long spread = isBase ? AddressSpread(i) : ResultSpread(i);
            widened |= spread > _spread[register];
            _spread[register] = Math.Max(_spread[register], spread);
        }

        return widened;
    }

    private long AddressSpread(in DecodedInstruction i) => AddressBase.Of(i) is { } address ? Of(address) : 0;

    private long ResultSpread(in DecodedInstruction i)
    {
        long a = _spread[i.A], b = _spread[i.B], s = _spread[i.T];
        return i.Code switch
        {
            >= ColdCode.Lbz and <= ColdCode.Lbzux => byte.MaxValue,
            (>= ColdCode.Lhz and <= ColdCode.Lhaux) or ColdCode.Lhbrx => ushort.MaxValue,
            >= ColdCode.Lwz and <= ColdCode.Lmw => Anything,
            >= ColdCode.Stb and <= ColdCode.Stwux => AddressSpread(i),
            ColdCode.Addi or ColdCode.Addic or ColdCode.AddicRecord or ColdCode.Subfic or ColdCode.Addze or ColdCode.Addme or ColdCode.Subfze or ColdCode.Neg => a,
            ColdCode.Add or ColdCode.Addc or ColdCode.Adde or ColdCode.Subf or ColdCode.Subfc or ColdCode.Subfe => Sum(a, b),
            ColdCode.Mulli => IsAny(a),
            >= ColdCode.Mullw and <= ColdCode.Divwu => IsAny(Sum(a, b)),
            ColdCode.AndiRecord => Math.Min(s, i.Immediate),
            ColdCode.Ori or ColdCode.Xori => s,
            ColdCode.Extsb => Math.Min(s, byte.MaxValue),
            ColdCode.Extsh => Math.Min(s, ushort.MaxValue),
            ColdCode.Cntlzw => Math.Min(s, 32),
            ColdCode.Rlwinm => Math.Min(Rotated(i, s), i.Immediate),
            ColdCode.Rlwimi => Sum(a, Math.Min(Rotated(i, s), i.Immediate)),
            ColdCode.Srawi => s >> i.B,
            >= ColdCode.And and <= ColdCode.Eqv => i.T == i.B ? s : Sum(s, b),
            >= ColdCode.Rlwnm and <= ColdCode.Sraw => IsAny(Sum(s, b)),
            _ => 0,
        };
    }

    /// <summary>The spread of a value that is rotated and then masked: everything, unless that makes it a shift.</summary>
    private static long Rotated(in DecodedInstruction i, long spread)
    {
        int left = i.B, right = 32 - i.B;
        uint low = (uint)((1ul << left) - 1);
        if ((i.Immediate & low) == 0)
            return Math.Min(Anything >> left, spread) << left;
        return (i.Immediate & ~low) == 0 ? spread >> right : IsAny(spread);
    }

    private static long Sum(long one, long other) => Math.Min(Anything, one + other);

    private static long IsAny(long spread) => spread == 0 ? 0 : Anything;
}
