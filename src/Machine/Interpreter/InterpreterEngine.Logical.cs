using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Logical, rotate and shift instructions.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>Sets rA, and CR0 where Rc asks, as the logical and rotate instructions do.</summary>
    private bool ResultToA(uint i, uint result)
    {
        _state->Gpr[Field.Ra(i)] = result;
        if (Field.Rc(i))
            SetCr0(result);
        return true;
    }

    /// <summary>The same for immediate forms, in which bit 31 belongs to the operand.</summary>
    private bool ImmediateToA(uint i, uint result)
    {
        _state->Gpr[Field.Ra(i)] = result;
        return true;
    }

    private bool ImmediateToARecord(uint i, uint result)
    {
        SetCr0(result);
        return ImmediateToA(i, result);
    }

    /// <summary>Ones from bit mb to bit me, wrapping around when mb is greater.</summary>
    private static uint Mask(int mb, int me)
    {
        uint fromMb = uint.MaxValue >> mb;
        uint toMe = uint.MaxValue << (31 - me);
        return mb <= me ? fromMb & toMe : fromMb | toMe;
    }

    /// <summary><c>and[.] rA,rS,rB</c></summary>
    internal bool And(uint i) => ResultToA(i, Gpr(Field.Rs(i)) & Gpr(Field.Rb(i)));

    /// <summary><c>andc[.] rA,rS,rB</c></summary>
    internal bool Andc(uint i) => ResultToA(i, Gpr(Field.Rs(i)) & ~Gpr(Field.Rb(i)));

    /// <summary><c>nand[.] rA,rS,rB</c></summary>
    internal bool Nand(uint i) => ResultToA(i, ~(Gpr(Field.Rs(i)) & Gpr(Field.Rb(i))));

    /// <summary><c>nor[.] rA,rS,rB</c></summary>
    internal bool Nor(uint i) => ResultToA(i, ~(Gpr(Field.Rs(i)) | Gpr(Field.Rb(i))));

    /// <summary><c>or[.] rA,rS,rB</c></summary>
    internal bool Or(uint i) => ResultToA(i, Gpr(Field.Rs(i)) | Gpr(Field.Rb(i)));

    /// <summary><c>orc[.] rA,rS,rB</c></summary>
    internal bool Orc(uint i) => ResultToA(i, Gpr(Field.Rs(i)) | ~Gpr(Field.Rb(i)));

    /// <summary><c>xor[.] rA,rS,rB</c></summary>
    internal bool Xor(uint i) => ResultToA(i, Gpr(Field.Rs(i)) ^ Gpr(Field.Rb(i)));

    /// <summary><c>eqv[.] rA,rS,rB</c></summary>
    internal bool Eqv(uint i) => ResultToA(i, ~(Gpr(Field.Rs(i)) ^ Gpr(Field.Rb(i))));

    /// <summary><c>ori rA,rS,UI</c></summary>
    internal bool Ori(uint i) => ImmediateToA(i, Gpr(Field.Rs(i)) | Field.Uimm(i));

    /// <summary><c>oris rA,rS,UI</c></summary>
    internal bool Oris(uint i) => ImmediateToA(i, Gpr(Field.Rs(i)) | (Field.Uimm(i) << 16));

    /// <summary><c>xori rA,rS,UI</c></summary>
    internal bool Xori(uint i) => ImmediateToA(i, Gpr(Field.Rs(i)) ^ Field.Uimm(i));

    /// <summary><c>xoris rA,rS,UI</c></summary>
    internal bool Xoris(uint i) => ImmediateToA(i, Gpr(Field.Rs(i)) ^ (Field.Uimm(i) << 16));

    /// <summary><c>andi. rA,rS,UI</c></summary>
    internal bool AndiRecord(uint i) => ImmediateToARecord(i, Gpr(Field.Rs(i)) & Field.Uimm(i));

    /// <summary><c>andis. rA,rS,UI</c></summary>
    internal bool AndisRecord(uint i) => ImmediateToARecord(i, Gpr(Field.Rs(i)) & (Field.Uimm(i) << 16));

    /// <summary><c>extsb[.] rA,rS</c></summary>
    internal bool Extsb(uint i) => ResultToA(i, (uint)(sbyte)Gpr(Field.Rs(i)));

    /// <summary><c>extsh[.] rA,rS</c></summary>
    internal bool Extsh(uint i) => ResultToA(i, (uint)(short)Gpr(Field.Rs(i)));

    /// <summary><c>cntlzw[.] rA,rS</c></summary>
    internal bool Cntlzw(uint i) => ResultToA(i, uint.LeadingZeroCount(Gpr(Field.Rs(i))));

    /// <summary>
    /// <c>dlmzb[.] rA,rS,rB</c>: counts the bytes of rS and rB up to and including the first zero byte, into rA and
    /// XER[TBC]; CR0 says where it was: EQ nowhere, GT in rS, LT in rB.
    /// </summary>
    internal bool Dlmzb(uint i)
    {
        ulong bytes = ((ulong)Gpr(Field.Rs(i)) << 32) | Gpr(Field.Rb(i));
        uint count = 0;
        bool found = false;
        while (count < 8 && !found)
        {
            found = (byte)(bytes >> (56 - (8 * (int)count))) == 0;
            count++;
        }

        _state->Gpr[Field.Ra(i)] = count;
        _state->XerCount = count;
        if (Field.Rc(i))
        {
            uint where = !found ? CrField.Eq : count < 5 ? CrField.Gt : CrField.Lt;
            _state->Cr[0] = CrField.Encode(where) ^ _state->XerSo;
        }

        return true;
    }

    /// <summary><c>rlwimi[.] rA,rS,SH,MB,ME</c></summary>
    internal bool Rlwimi(uint i)
    {
        uint mask = Mask(Field.Mb(i), Field.Me(i));
        return ResultToA(i, (uint.RotateLeft(Gpr(Field.Rs(i)), Field.Sh(i)) & mask) | (Gpr(Field.Ra(i)) & ~mask));
    }

    /// <summary><c>rlwinm[.] rA,rS,SH,MB,ME</c></summary>
    internal bool Rlwinm(uint i) => ResultToA(i, uint.RotateLeft(Gpr(Field.Rs(i)), Field.Sh(i)) & Mask(Field.Mb(i), Field.Me(i)));

    /// <summary><c>rlwnm[.] rA,rS,rB,MB,ME</c></summary>
    internal bool Rlwnm(uint i) =>
        ResultToA(i, uint.RotateLeft(Gpr(Field.Rs(i)), (int)Gpr(Field.Rb(i)) & 31) & Mask(Field.Mb(i), Field.Me(i)));

    /// <summary><c>slw[.] rA,rS,rB</c></summary>
    internal bool Slw(uint i) => ResultToA(i, (Gpr(Field.Rb(i)) & 0x20) != 0 ? 0 : Gpr(Field.Rs(i)) << (int)(Gpr(Field.Rb(i)) & 31));

    /// <summary><c>srw[.] rA,rS,rB</c></summary>
    internal bool Srw(uint i) => ResultToA(i, (Gpr(Field.Rb(i)) & 0x20) != 0 ? 0 : Gpr(Field.Rs(i)) >> (int)(Gpr(Field.Rb(i)) & 31));

    /// <summary><c>sraw[.] rA,rS,rB</c></summary>
    internal bool Sraw(uint i) => ShiftAlgebraic(i, (int)Gpr(Field.Rb(i)) & 0x3f);

    /// <summary><c>srawi[.] rA,rS,SH</c></summary>
    internal bool Srawi(uint i) => ShiftAlgebraic(i, Field.Sh(i));

    /// <summary>CA says that the source is negative and that ones were shifted out.</summary>
    private bool ShiftAlgebraic(uint i, int amount)
    {
        long source = (int)Gpr(Field.Rs(i));
        long result = source >> amount;
        _state->XerCa = source < 0 && (result << amount) != source ? 1u : 0;
        return ResultToA(i, (uint)result);
    }
}
