using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Integer arithmetic.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>Sets rT, and OV and CR0 as the OE and Rc bits of an XO form ask.</summary>
    private bool Result(uint i, uint result, bool overflow = false)
    {
        _state->Gpr[Field.Rt(i)] = result;
        if (Field.Oe(i))
            SetOverflow(overflow);
        if (Field.Rc(i))
            SetCr0(result);
        return true;
    }

    /// <summary>rT = a + b + carry, where subtraction passes the complement of what is subtracted.</summary>
    /// <param name="i">The instruction.</param>
    /// <param name="a">First addend.</param>
    /// <param name="b">Second addend.</param>
    /// <param name="carryIn">0 or 1.</param>
    /// <param name="setsCarry">Whether CA receives the carry out.</param>
    private bool Sum(uint i, uint a, uint b, uint carryIn, bool setsCarry)
    {
        ulong wide = (ulong)a + b + carryIn;
        uint sum = (uint)wide;
        if (setsCarry)
            _state->XerCa = (uint)(wide >> 32);

        // Overflow: both addends have the same sign and the sum has the other.
        return Result(i, sum, (int)((a ^ sum) & (b ^ sum)) < 0);
    }

    private bool SumImmediate(uint i, uint a)
    {
        ulong wide = (ulong)a + (uint)Field.Simm(i);
        _state->XerCa = (uint)(wide >> 32);
        _state->Gpr[Field.Rt(i)] = (uint)wide;
        return true;
    }

    /// <summary><c>addi rT,rA,SI</c></summary>
    internal bool Addi(uint i)
    {
        _state->Gpr[Field.Rt(i)] = GprOrZero(Field.Ra(i)) + (uint)Field.Simm(i);
        return true;
    }

    /// <summary><c>addis rT,rA,SI</c></summary>
    internal bool Addis(uint i)
    {
        _state->Gpr[Field.Rt(i)] = GprOrZero(Field.Ra(i)) + ((uint)Field.Simm(i) << 16);
        return true;
    }

    /// <summary><c>addic rT,rA,SI</c></summary>
    internal bool Addic(uint i) => SumImmediate(i, Gpr(Field.Ra(i)));

    /// <summary><c>addic. rT,rA,SI</c></summary>
    internal bool AddicRecord(uint i)
    {
        SumImmediate(i, Gpr(Field.Ra(i)));
        SetCr0(Gpr(Field.Rt(i)));
        return true;
    }

    /// <summary><c>subfic rT,rA,SI</c></summary>
    internal bool Subfic(uint i)
    {
        ulong wide = (ulong)~Gpr(Field.Ra(i)) + (uint)Field.Simm(i) + 1;
        _state->XerCa = (uint)(wide >> 32);
        _state->Gpr[Field.Rt(i)] = (uint)wide;
        return true;
    }

    /// <summary><c>mulli rT,rA,SI</c></summary>
    internal bool Mulli(uint i)
    {
        _state->Gpr[Field.Rt(i)] = Gpr(Field.Ra(i)) * (uint)Field.Simm(i);
        return true;
    }

    /// <summary><c>add[o][.] rT,rA,rB</c></summary>
    internal bool Add(uint i) => Sum(i, Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), 0, setsCarry: false);

    /// <summary><c>addc[o][.] rT,rA,rB</c></summary>
    internal bool Addc(uint i) => Sum(i, Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), 0, setsCarry: true);

    /// <summary><c>adde[o][.] rT,rA,rB</c></summary>
    internal bool Adde(uint i) => Sum(i, Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), _state->XerCa, setsCarry: true);

    /// <summary><c>addme[o][.] rT,rA</c></summary>
    internal bool Addme(uint i) => Sum(i, Gpr(Field.Ra(i)), uint.MaxValue, _state->XerCa, setsCarry: true);

    /// <summary><c>addze[o][.] rT,rA</c></summary>
    internal bool Addze(uint i) => Sum(i, Gpr(Field.Ra(i)), 0, _state->XerCa, setsCarry: true);

    /// <summary><c>subf[o][.] rT,rA,rB</c></summary>
    internal bool Subf(uint i) => Sum(i, ~Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), 1, setsCarry: false);

    /// <summary><c>subfc[o][.] rT,rA,rB</c></summary>
    internal bool Subfc(uint i) => Sum(i, ~Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), 1, setsCarry: true);

    /// <summary><c>subfe[o][.] rT,rA,rB</c></summary>
    internal bool Subfe(uint i) => Sum(i, ~Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), _state->XerCa, setsCarry: true);

    /// <summary><c>subfme[o][.] rT,rA</c></summary>
    internal bool Subfme(uint i) => Sum(i, ~Gpr(Field.Ra(i)), uint.MaxValue, _state->XerCa, setsCarry: true);

    /// <summary><c>subfze[o][.] rT,rA</c></summary>
    internal bool Subfze(uint i) => Sum(i, ~Gpr(Field.Ra(i)), 0, _state->XerCa, setsCarry: true);

    /// <summary><c>neg[o][.] rT,rA</c></summary>
    internal bool Neg(uint i) => Sum(i, ~Gpr(Field.Ra(i)), 0, 1, setsCarry: false);

    /// <summary><c>mullw[o][.] rT,rA,rB</c></summary>
    internal bool Mullw(uint i)
    {
        long product = (long)(int)Gpr(Field.Ra(i)) * (int)Gpr(Field.Rb(i));
        return Result(i, (uint)product, product != (int)product);
    }

    /// <summary><c>mulhw[.] rT,rA,rB</c>: bit 21 is reserved, so there is no OE.</summary>
    internal bool Mulhw(uint i) => Multiplied(i, ((long)(int)Gpr(Field.Ra(i)) * (int)Gpr(Field.Rb(i))) >> 32);

    /// <summary><c>mulhwu[.] rT,rA,rB</c></summary>
    internal bool Mulhwu(uint i) => Multiplied(i, (long)(((ulong)Gpr(Field.Ra(i)) * Gpr(Field.Rb(i))) >> 32));

    /// <summary>
    /// <c>divw[o][.] rT,rA,rB</c>: division by zero, and of the most negative number by -1, overflow. The manual leaves the
    /// result open; here it is the sign of the dividend in every bit.
    /// </summary>
    internal bool Divw(uint i)
    {
        int dividend = (int)Gpr(Field.Ra(i));
        int divisor = (int)Gpr(Field.Rb(i));
        bool overflow = divisor == 0 || (dividend == int.MinValue && divisor == -1);
        return Result(i, (uint)(overflow ? dividend >> 31 : dividend / divisor), overflow);
    }

    /// <summary>
    /// <c>divwu[o][.] rT,rA,rB</c>: division by zero overflows, and the result, which the manual leaves open, is 0.
    /// </summary>
    internal bool Divwu(uint i)
    {
        uint divisor = Gpr(Field.Rb(i));
        return Result(i, divisor == 0 ? 0 : Gpr(Field.Ra(i)) / divisor, divisor == 0);
    }
}
