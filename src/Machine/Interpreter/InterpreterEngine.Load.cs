using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Loads. With update, rA receives the effective address last, so that it wins over rT in the invalid form rA = rT.</content>
public sealed unsafe partial class InterpreterEngine
{
    private bool LoadZero(uint i, uint effective, int size)
    {
        if (!Load(effective, size, out uint value))
            return false;
        _state->Gpr[Field.Rt(i)] = value;
        return true;
    }

    private bool LoadZeroUpdate(uint i, uint effective, int size)
    {
        if (!LoadZero(i, effective, size))
            return false;
        _state->Gpr[Field.Ra(i)] = effective;
        return true;
    }

    private bool LoadAlgebraic(uint i, uint effective)
    {
        if (!Load(effective, 2, out uint value))
            return false;
        _state->Gpr[Field.Rt(i)] = (uint)(short)value;
        return true;
    }

    private bool LoadAlgebraicUpdate(uint i, uint effective)
    {
        if (!LoadAlgebraic(i, effective))
            return false;
        _state->Gpr[Field.Ra(i)] = effective;
        return true;
    }

    /// <summary><c>lbz rT,D(rA)</c></summary>
    public bool Lbz(uint i) => LoadZero(i, EaD(i), 1);

    /// <summary><c>lbzu rT,D(rA)</c></summary>
    public bool Lbzu(uint i) => LoadZeroUpdate(i, EaDu(i), 1);

    /// <summary><c>lbzux rT,rA,rB</c></summary>
    public bool Lbzux(uint i) => LoadZeroUpdate(i, EaXu(i), 1);

    /// <summary><c>lbzx rT,rA,rB</c></summary>
    public bool Lbzx(uint i) => LoadZero(i, EaX(i), 1);

    /// <summary><c>lha rT,D(rA)</c></summary>
    public bool Lha(uint i) => LoadAlgebraic(i, EaD(i));

    /// <summary><c>lhau rT,D(rA)</c></summary>
    public bool Lhau(uint i) => LoadAlgebraicUpdate(i, EaDu(i));

    /// <summary><c>lhaux rT,rA,rB</c></summary>
    public bool Lhaux(uint i) => LoadAlgebraicUpdate(i, EaXu(i));

    /// <summary><c>lhax rT,rA,rB</c></summary>
    public bool Lhax(uint i) => LoadAlgebraic(i, EaX(i));

    /// <summary><c>lhz rT,D(rA)</c></summary>
    public bool Lhz(uint i) => LoadZero(i, EaD(i), 2);

    /// <summary><c>lhzu rT,D(rA)</c></summary>
    public bool Lhzu(uint i) => LoadZeroUpdate(i, EaDu(i), 2);

    /// <summary><c>lhzux rT,rA,rB</c></summary>
    public bool Lhzux(uint i) => LoadZeroUpdate(i, EaXu(i), 2);

    /// <summary><c>lhzx rT,rA,rB</c></summary>
    public bool Lhzx(uint i) => LoadZero(i, EaX(i), 2);

    /// <summary><c>lwz rT,D(rA)</c></summary>
    public bool Lwz(uint i) => LoadZero(i, EaD(i), 4);

    /// <summary><c>lwzu rT,D(rA)</c></summary>
    public bool Lwzu(uint i) => LoadZeroUpdate(i, EaDu(i), 4);

    /// <summary><c>lwzux rT,rA,rB</c></summary>
    public bool Lwzux(uint i) => LoadZeroUpdate(i, EaXu(i), 4);

    /// <summary><c>lwzx rT,rA,rB</c></summary>
    public bool Lwzx(uint i) => LoadZero(i, EaX(i), 4);

    /// <summary><c>lhbrx rT,rA,rB</c></summary>
    public bool Lhbrx(uint i) => LoadReversed(i, 2);

    /// <summary><c>lwbrx rT,rA,rB</c></summary>
    public bool Lwbrx(uint i) => LoadReversed(i, 4);

    /// <summary><c>lwarx rT,rA,rB</c></summary>
    public bool Lwarx(uint i)
    {
        uint effective = EaX(i);
        if (Misaligned(effective))
            return false;
        if (!LoadZero(i, effective, 4))
            return false;
        _state->Reservation = 1;
        return true;
    }

    /// <summary><c>lmw rT,D(rA)</c></summary>
    public bool Lmw(uint i)
    {
        uint effective = EaD(i);
        int first = Field.Rt(i);
        uint* loaded = stackalloc uint[32];
        for (int r = first; r < 32; r++, effective += 4)
        {
            if (!Load(effective, 4, out loaded[r]))
                return false;
        }

        for (int r = first; r < 32; r++)
            _state->Gpr[r] = loaded[r];
        return true;
    }

    /// <summary><c>lswi rT,rA,NB</c></summary>
    public bool Lswi(uint i) => LoadString(i, GprOrZero(Field.Ra(i)), Field.Sh(i) == 0 ? 32 : Field.Sh(i));

    /// <summary><c>lswx rT,rA,rB</c></summary>
    public bool Lswx(uint i) => LoadString(i, EaX(i), (int)_state->XerCount);

    private bool LoadReversed(uint i, int size)
    {
        if (!Load(EaX(i), size, out uint value))
            return false;
        _state->Gpr[Field.Rt(i)] = Swap(value, size);
        return true;
    }

    /// <summary>lwarx and stwcx. are the accesses that must be aligned.</summary>
    private bool Misaligned(uint effective)
    {
        if ((effective & 3) == 0)
            return false;
        _processor.TakeAlignment(effective);
        return true;
    }

    /// <summary>Loads bytes into registers from rT on, 4 to a register from its high end, wrapping from r31 to r0; the rest of the last register becomes 0.</summary>
    private bool LoadString(uint i, uint effective, int count)
    {
        byte* bytes = stackalloc byte[128];
        for (int n = 0; n < count; n++)
        {
            if (!Load(effective + (uint)n, 1, out uint value))
                return false;
            bytes[n] = (byte)value;
        }

        for (int n = count; n < 128; n++)
            bytes[n] = 0;
        for (int n = 0; n < count; n += 4)
        {
            int r = (Field.Rt(i) + (n / 4)) & 31;
            _state->Gpr[r] = ((uint)bytes[n] << 24) | ((uint)bytes[n + 1] << 16) | ((uint)bytes[n + 2] << 8) | bytes[n + 3];
        }

        return true;
    }
}
