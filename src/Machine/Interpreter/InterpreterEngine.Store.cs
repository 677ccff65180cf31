using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Stores.</content>
public sealed unsafe partial class InterpreterEngine
{
    private bool StoreGpr(uint i, uint effective, int size) => Store(effective, size, Gpr(Field.Rs(i)));

    private bool StoreGprUpdate(uint i, uint effective, int size)
    {
        if (!StoreGpr(i, effective, size))
            return false;
        _state->Gpr[Field.Ra(i)] = effective;
        return true;
    }

    /// <summary><c>stb rS,D(rA)</c></summary>
    internal bool Stb(uint i) => StoreGpr(i, EaD(i), 1);

    /// <summary><c>stbu rS,D(rA)</c></summary>
    internal bool Stbu(uint i) => StoreGprUpdate(i, EaD(i), 1);

    /// <summary><c>stbux rS,rA,rB</c></summary>
    internal bool Stbux(uint i) => StoreGprUpdate(i, EaX(i), 1);

    /// <summary><c>stbx rS,rA,rB</c></summary>
    internal bool Stbx(uint i) => StoreGpr(i, EaX(i), 1);

    /// <summary><c>sth rS,D(rA)</c></summary>
    internal bool Sth(uint i) => StoreGpr(i, EaD(i), 2);

    /// <summary><c>sthu rS,D(rA)</c></summary>
    internal bool Sthu(uint i) => StoreGprUpdate(i, EaD(i), 2);

    /// <summary><c>sthux rS,rA,rB</c></summary>
    internal bool Sthux(uint i) => StoreGprUpdate(i, EaX(i), 2);

    /// <summary><c>sthx rS,rA,rB</c></summary>
    internal bool Sthx(uint i) => StoreGpr(i, EaX(i), 2);

    /// <summary><c>stw rS,D(rA)</c></summary>
    internal bool Stw(uint i) => StoreGpr(i, EaD(i), 4);

    /// <summary><c>stwu rS,D(rA)</c></summary>
    internal bool Stwu(uint i) => StoreGprUpdate(i, EaD(i), 4);

    /// <summary><c>stwux rS,rA,rB</c></summary>
    internal bool Stwux(uint i) => StoreGprUpdate(i, EaX(i), 4);

    /// <summary><c>stwx rS,rA,rB</c></summary>
    internal bool Stwx(uint i) => StoreGpr(i, EaX(i), 4);

    /// <summary><c>sthbrx rS,rA,rB</c></summary>
    internal bool Sthbrx(uint i) => Store(EaX(i), 2, Swap(Gpr(Field.Rs(i)), 2));

    /// <summary><c>stwbrx rS,rA,rB</c></summary>
    internal bool Stwbrx(uint i) => Store(EaX(i), 4, Swap(Gpr(Field.Rs(i)), 4));

    /// <summary>
    /// <c>stwcx. rS,rA,rB</c>: the 405 has one reservation bit and compares no address. Permission and alignment are
    /// checked whether or not the store is done.
    /// </summary>
    internal bool StwcxRecord(uint i)
    {
        uint effective = EaX(i);
        if (!Translate(effective, AccessKind.Store, out _, out _) || Misaligned(effective))
            return false;
        bool reserved = _state->Reservation != 0;
        if (reserved ? !StoreGpr(i, effective, 4) : _watching && _processor.Debug.BeforeDataAccess(effective, 4, store: true))
            return false;
        _state->Reservation = 0;
        _state->Cr[0] = CrField.Encode(reserved ? CrField.Eq : 0) ^ _state->XerSo;
        return true;
    }

    /// <summary><c>stmw rS,D(rA)</c></summary>
    internal bool Stmw(uint i)
    {
        uint effective = EaD(i);
        for (int r = Field.Rs(i); r < 32; r++, effective += 4)
        {
            if (!Store(effective, 4, Gpr(r)))
                return false;
        }

        return true;
    }

    /// <summary><c>stswi rS,rA,NB</c></summary>
    internal bool Stswi(uint i) => StoreString(i, GprOrZero(Field.Ra(i)), Field.Sh(i) == 0 ? 32 : Field.Sh(i));

    /// <summary><c>stswx rS,rA,rB</c></summary>
    internal bool Stswx(uint i) => StoreString(i, EaX(i), (int)_state->XerCount);

    /// <summary>
    /// Stores bytes from registers from rS on, 4 from a register from its high end, wrapping from r31 to r0.
    /// </summary>
    private bool StoreString(uint i, uint effective, int count)
    {
        byte* bytes = stackalloc byte[128];
        for (int n = 0; n < count; n++)
        {
            uint source = Gpr((Field.Rs(i) + (n / 4)) & 31);
            bytes[n] = (byte)(source >> (24 - (8 * (n & 3))));
            if (!StoreStringByte(effective + (uint)n, n, bytes[n]))
                return false;
        }

        CompareStringValues(effective, bytes, count, store: true);
        return true;
    }

    private bool StoreStringByte(uint effective, int n, byte value)
    {
        if (!Translate(effective, AccessKind.Store, out uint physical, out _) || IsHeld(effective, physical, 1, store: true))
            return false;
        if (_watching && StartsInWord(effective, n) && _processor.Debug.BeforeDataAccess(effective, 1, store: true))
            return false;
        if (!_processor.Memory.TryWrite(physical, 1, value))
            _processor.ReportDataBusError();
        return true;
    }
}
