using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>
/// Loads. The invalid forms do what the manual's pseudo-code says: with update, rA = 0 means the base 0, and in rA = rT
/// the value loaded wins over the effective address; lmw and the strings do not load rA (lswx: nor rB), unless it is
/// the last register. </content>
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
        if (!Load(effective, size, out uint value))
            return false;
        _state->Gpr[Field.Ra(i)] = effective;
        _state->Gpr[Field.Rt(i)] = value;
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
        if (!Load(effective, 2, out uint value))
            return false;
        _state->Gpr[Field.Ra(i)] = effective;
        _state->Gpr[Field.Rt(i)] = (uint)(short)value;
        return true;
    }

    /// <summary><c>lbz rT,D(rA)</c></summary>
    internal bool Lbz(uint i) => LoadZero(i, EaD(i), 1);

    /// <summary><c>lbzu rT,D(rA)</c></summary>
    internal bool Lbzu(uint i) => LoadZeroUpdate(i, EaD(i), 1);

    /// <summary><c>lbzux rT,rA,rB</c></summary>
    internal bool Lbzux(uint i) => LoadZeroUpdate(i, EaX(i), 1);

    /// <summary><c>lbzx rT,rA,rB</c></summary>
    internal bool Lbzx(uint i) => LoadZero(i, EaX(i), 1);

    /// <summary><c>lha rT,D(rA)</c></summary>
    internal bool Lha(uint i) => LoadAlgebraic(i, EaD(i));

    /// <summary><c>lhau rT,D(rA)</c></summary>
    internal bool Lhau(uint i) => LoadAlgebraicUpdate(i, EaD(i));

    /// <summary><c>lhaux rT,rA,rB</c></summary>
    internal bool Lhaux(uint i) => LoadAlgebraicUpdate(i, EaX(i));

    /// <summary><c>lhax rT,rA,rB</c></summary>
    internal bool Lhax(uint i) => LoadAlgebraic(i, EaX(i));

    /// <summary><c>lhz rT,D(rA)</c></summary>
    internal bool Lhz(uint i) => LoadZero(i, EaD(i), 2);

    /// <summary><c>lhzu rT,D(rA)</c></summary>
    internal bool Lhzu(uint i) => LoadZeroUpdate(i, EaD(i), 2);

    /// <summary><c>lhzux rT,rA,rB</c></summary>
    internal bool Lhzux(uint i) => LoadZeroUpdate(i, EaX(i), 2);

    /// <summary><c>lhzx rT,rA,rB</c></summary>
    internal bool Lhzx(uint i) => LoadZero(i, EaX(i), 2);

    /// <summary><c>lwz rT,D(rA)</c></summary>
    internal bool Lwz(uint i) => LoadZero(i, EaD(i), 4);

    /// <summary><c>lwzu rT,D(rA)</c></summary>
    internal bool Lwzu(uint i) => LoadZeroUpdate(i, EaD(i), 4);

    /// <summary><c>lwzux rT,rA,rB</c></summary>
    internal bool Lwzux(uint i) => LoadZeroUpdate(i, EaX(i), 4);

    /// <summary><c>lwzx rT,rA,rB</c></summary>
    internal bool Lwzx(uint i) => LoadZero(i, EaX(i), 4);

    /// <summary><c>lhbrx rT,rA,rB</c></summary>
    internal bool Lhbrx(uint i) => LoadReversed(i, 2);

    /// <summary><c>lwbrx rT,rA,rB</c></summary>
    internal bool Lwbrx(uint i) => LoadReversed(i, 4);

    /// <summary><c>lwarx rT,rA,rB</c></summary>
    internal bool Lwarx(uint i)
    {
        uint effective = EaX(i);
        if (!Translate(effective, AccessKind.Load, out _, out _) || Misaligned(effective) || !LoadZero(i, effective, 4))
            return false;
        _state->Reservation = 1;
        return true;
    }

    /// <summary><c>lmw rT,D(rA)</c></summary>
    internal bool Lmw(uint i)
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
        {
            if (r != Field.Ra(i) || r == 31)
                _state->Gpr[r] = loaded[r];
        }

        return true;
    }

    /// <summary><c>lswi rT,rA,NB</c></summary>
    internal bool Lswi(uint i) => LoadString(i, GprOrZero(Field.Ra(i)), Field.Sh(i) == 0 ? 32 : Field.Sh(i), Field.Ra(i));

    /// <summary><c>lswx rT,rA,rB</c></summary>
    internal bool Lswx(uint i) => LoadString(i, EaX(i), (int)_state->XerCount, Field.Rb(i));

    private bool LoadReversed(uint i, int size)
    {
        if (!Load(EaX(i), size, out uint value))
            return false;
        _state->Gpr[Field.Rt(i)] = Swap(value, size);
        return true;
    }

    /// <summary>
    /// lwarx, stwcx. and dcread are the accesses that must be aligned. The exceptions of translation and protection
    /// come first.
    /// </summary>
    private bool Misaligned(uint effective)
    {
        if ((effective & 3) == 0)
            return false;
        _processor.TakeAlignment(effective);
        return true;
    }

    /// <summary>
    /// Loads bytes into registers from rT on, 4 to a register from its high end, wrapping from r31 to r0; the rest of
    /// the last register becomes 0.
    /// </summary>
    /// <param name="i">The instruction.</param>
    /// <param name="effective">Address of the first byte.</param>
    /// <param name="count">Number of bytes, 0 to 127.</param>
    /// <param name="index">Register that, like rA, is not loaded unless it is the last one.</param>
    private bool LoadString(uint i, uint effective, int count, int index)
    {
        byte* bytes = stackalloc byte[128];
        for (int n = 0; n < count; n++)
        {
            if (!LoadStringByte(effective + (uint)n, n, out bytes[n]))
                return false;
        }

        CompareStringValues(effective, bytes, count, store: false);
        for (int n = count; n < 128; n++)
            bytes[n] = 0;
        for (int n = 0; n < count; n += 4)
        {
            int r = (Field.Rt(i) + (n / 4)) & 31;
            bool last = n + 4 >= count;
            if (!last && (r == Field.Ra(i) || r == index))
                continue;
            _state->Gpr[r] = ((uint)bytes[n] << 24) | ((uint)bytes[n + 1] << 16) | ((uint)bytes[n + 2] << 8) | bytes[n + 3];
        }

        return true;
    }

    /// <summary>
    /// Loads byte n of a string. For debug events, a string is the accesses of as many bytes of a word as it contains.
    /// </summary>
    private bool LoadStringByte(uint effective, int n, out byte loaded)
    {
        loaded = 0;
        if (!Translate(effective, AccessKind.Load, out uint physical, out _) || IsHeld(effective, physical, 1, store: false))
            return false;
        if (_watching && StartsInWord(effective, n) && _processor.Debug.BeforeDataAccess(effective, 1, store: false))
            return false;
        if (!_processor.Memory.TryRead(physical, 1, out uint value))
            _processor.ReportDataBusError();
        loaded = (byte)value;
        return true;
    }

    private static bool StartsInWord(uint effective, int n) => n == 0 || (effective & 3) == 0;

    private void CompareStringValues(uint effective, byte* bytes, int count, bool store)
    {
        uint value = 0;
        int size = 0;
        for (int n = 0; _watching && n < count; n++)
        {
            value = (value << 8) | bytes[n];
            size++;
            uint next = effective + (uint)n + 1;
            if ((next & 3) == 0 || n == count - 1)
            {
                _processor.Debug.DataAccess(next - (uint)size, size, value, store);
                size = 0;
            }
        }
    }
}
