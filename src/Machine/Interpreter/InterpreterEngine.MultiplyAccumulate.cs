using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>
/// The 405's multiply-accumulate and multiply-halfword instructions. In the names, cross (c) multiplies the low half of
/// rA with the high half of rB, high (h) both high halves, low (l) both low halves; s saturates, u is unsigned.
/// </content>
public sealed unsafe partial class InterpreterEngine
{
    private static uint High(uint value) => value >> 16;

    private static uint Low(uint value) => value & 0xffff;

    private static long Signed(uint a, uint b) => (long)(short)a * (short)b;

    private static long Unsigned(uint a, uint b) => (long)a * b;

    private long CrossSigned(uint i) => Signed(Low(Gpr(Field.Ra(i))), High(Gpr(Field.Rb(i))));

    private long HighSigned(uint i) => Signed(High(Gpr(Field.Ra(i))), High(Gpr(Field.Rb(i))));

    private long LowSigned(uint i) => Signed(Low(Gpr(Field.Ra(i))), Low(Gpr(Field.Rb(i))));

    private long CrossUnsigned(uint i) => Unsigned(Low(Gpr(Field.Ra(i))), High(Gpr(Field.Rb(i))));

    private long HighUnsigned(uint i) => Unsigned(High(Gpr(Field.Ra(i))), High(Gpr(Field.Rb(i))));

    private long LowUnsigned(uint i) => Unsigned(Low(Gpr(Field.Ra(i))), Low(Gpr(Field.Rb(i))));

    private bool AccumulateSigned(uint i, long product, bool saturate)
    {
        long sum = product + (int)Gpr(Field.Rt(i));
        bool overflow = sum != (int)sum;
        return Accumulated(i, overflow && saturate ? (sum < 0 ? 0x80000000 : 0x7fffffff) : (uint)sum, overflow);
    }

    private bool AccumulateUnsigned(uint i, long product, bool saturate)
    {
        long sum = product + Gpr(Field.Rt(i));
        bool overflow = sum > uint.MaxValue;
        return Accumulated(i, overflow && saturate ? uint.MaxValue : (uint)sum, overflow);
    }

    private bool Accumulated(uint i, uint result, bool overflow)
    {
        _state->Gpr[Field.Rt(i)] = result;
        if (Field.Oe(i))
            SetOverflow(overflow);
        if (Field.Rc(i))
            SetCr0(result);
        return true;
    }

    private bool Multiplied(uint i, long product)
    {
        _state->Gpr[Field.Rt(i)] = (uint)product;
        if (Field.Rc(i))
            SetCr0((uint)product);
        return true;
    }

    /// <summary><c>macchw[o][.] rT,rA,rB</c></summary>
    internal bool Macchw(uint i) => AccumulateSigned(i, CrossSigned(i), saturate: false);

    /// <summary><c>macchws[o][.] rT,rA,rB</c></summary>
    internal bool Macchws(uint i) => AccumulateSigned(i, CrossSigned(i), saturate: true);

    /// <summary><c>macchwu[o][.] rT,rA,rB</c></summary>
    internal bool Macchwu(uint i) => AccumulateUnsigned(i, CrossUnsigned(i), saturate: false);

    /// <summary><c>macchwsu[o][.] rT,rA,rB</c></summary>
    internal bool Macchwsu(uint i) => AccumulateUnsigned(i, CrossUnsigned(i), saturate: true);

    /// <summary><c>nmacchw[o][.] rT,rA,rB</c></summary>
    internal bool Nmacchw(uint i) => AccumulateSigned(i, -CrossSigned(i), saturate: false);

    /// <summary><c>nmacchws[o][.] rT,rA,rB</c></summary>
    internal bool Nmacchws(uint i) => AccumulateSigned(i, -CrossSigned(i), saturate: true);

    /// <summary><c>mulchw[.] rT,rA,rB</c></summary>
    internal bool Mulchw(uint i) => Multiplied(i, CrossSigned(i));

    /// <summary><c>mulchwu[.] rT,rA,rB</c></summary>
    internal bool Mulchwu(uint i) => Multiplied(i, CrossUnsigned(i));

    /// <summary><c>machhw[o][.] rT,rA,rB</c></summary>
    internal bool Machhw(uint i) => AccumulateSigned(i, HighSigned(i), saturate: false);

    /// <summary><c>machhws[o][.] rT,rA,rB</c></summary>
    internal bool Machhws(uint i) => AccumulateSigned(i, HighSigned(i), saturate: true);

    /// <summary><c>machhwu[o][.] rT,rA,rB</c></summary>
    internal bool Machhwu(uint i) => AccumulateUnsigned(i, HighUnsigned(i), saturate: false);

    /// <summary><c>machhwsu[o][.] rT,rA,rB</c></summary>
    internal bool Machhwsu(uint i) => AccumulateUnsigned(i, HighUnsigned(i), saturate: true);

    /// <summary><c>nmachhw[o][.] rT,rA,rB</c></summary>
    internal bool Nmachhw(uint i) => AccumulateSigned(i, -HighSigned(i), saturate: false);

    /// <summary><c>nmachhws[o][.] rT,rA,rB</c></summary>
    internal bool Nmachhws(uint i) => AccumulateSigned(i, -HighSigned(i), saturate: true);

    /// <summary><c>mulhhw[.] rT,rA,rB</c></summary>
    internal bool Mulhhw(uint i) => Multiplied(i, HighSigned(i));

    /// <summary><c>mulhhwu[.] rT,rA,rB</c></summary>
    internal bool Mulhhwu(uint i) => Multiplied(i, HighUnsigned(i));

    /// <summary><c>maclhw[o][.] rT,rA,rB</c></summary>
    internal bool Maclhw(uint i) => AccumulateSigned(i, LowSigned(i), saturate: false);

    /// <summary><c>maclhws[o][.] rT,rA,rB</c></summary>
    internal bool Maclhws(uint i) => AccumulateSigned(i, LowSigned(i), saturate: true);

    /// <summary><c>maclhwu[o][.] rT,rA,rB</c></summary>
    internal bool Maclhwu(uint i) => AccumulateUnsigned(i, LowUnsigned(i), saturate: false);

    /// <summary><c>maclhwsu[o][.] rT,rA,rB</c></summary>
    internal bool Maclhwsu(uint i) => AccumulateUnsigned(i, LowUnsigned(i), saturate: true);

    /// <summary><c>nmaclhw[o][.] rT,rA,rB</c></summary>
    internal bool Nmaclhw(uint i) => AccumulateSigned(i, -LowSigned(i), saturate: false);

    /// <summary><c>nmaclhws[o][.] rT,rA,rB</c></summary>
    internal bool Nmaclhws(uint i) => AccumulateSigned(i, -LowSigned(i), saturate: true);

    /// <summary><c>mullhw[.] rT,rA,rB</c></summary>
    internal bool Mullhw(uint i) => Multiplied(i, LowSigned(i));

    /// <summary><c>mullhwu[.] rT,rA,rB</c></summary>
    internal bool Mullhwu(uint i) => Multiplied(i, LowUnsigned(i));
}
