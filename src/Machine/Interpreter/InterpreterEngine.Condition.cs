using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Comparison, condition register and trap instructions.</content>
public sealed unsafe partial class InterpreterEngine
{
    private bool SetField(int number, long encoded)
    {
        _state->Cr[number] = encoded;
        return true;
    }

    private bool CrBit(int bit) => (CrField.Decode(_state->Cr[bit >> 2]) & (8u >> (bit & 3))) != 0;

    private bool SetCrBit(int bit, bool value)
    {
        uint field = CrField.Decode(_state->Cr[bit >> 2]);
        uint mask = 8u >> (bit & 3);
        return SetField(bit >> 2, CrField.Encode(value ? field | mask : field & ~mask));
    }

    /// <summary><c>cmp BF,0,rA,rB</c></summary>
    internal bool Cmp(uint i) => SetField(Field.Bf(i), CrField.Compare((int)Gpr(Field.Ra(i)), (int)Gpr(Field.Rb(i)), _state->XerSo));

    /// <summary><c>cmpi BF,0,rA,SI</c></summary>
    internal bool Cmpi(uint i) => SetField(Field.Bf(i), CrField.Compare((int)Gpr(Field.Ra(i)), Field.Simm(i), _state->XerSo));

    /// <summary><c>cmpl BF,0,rA,rB</c></summary>
    internal bool Cmpl(uint i) => SetField(Field.Bf(i), CrField.CompareUnsigned(Gpr(Field.Ra(i)), Gpr(Field.Rb(i)), _state->XerSo));

    /// <summary><c>cmpli BF,0,rA,UI</c></summary>
    internal bool Cmpli(uint i) => SetField(Field.Bf(i), CrField.CompareUnsigned(Gpr(Field.Ra(i)), Field.Uimm(i), _state->XerSo));

    /// <summary><c>crand BT,BA,BB</c></summary>
    internal bool Crand(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) && CrBit(Field.Bb(i)));

    /// <summary><c>crandc BT,BA,BB</c></summary>
    internal bool Crandc(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) && !CrBit(Field.Bb(i)));

    /// <summary><c>creqv BT,BA,BB</c></summary>
    internal bool Creqv(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) == CrBit(Field.Bb(i)));

    /// <summary><c>crnand BT,BA,BB</c></summary>
    internal bool Crnand(uint i) => SetCrBit(Field.Bt(i), !(CrBit(Field.Ba(i)) && CrBit(Field.Bb(i))));

    /// <summary><c>crnor BT,BA,BB</c></summary>
    internal bool Crnor(uint i) => SetCrBit(Field.Bt(i), !(CrBit(Field.Ba(i)) || CrBit(Field.Bb(i))));

    /// <summary><c>cror BT,BA,BB</c></summary>
    internal bool Cror(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) || CrBit(Field.Bb(i)));

    /// <summary><c>crorc BT,BA,BB</c></summary>
    internal bool Crorc(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) || !CrBit(Field.Bb(i)));

    /// <summary><c>crxor BT,BA,BB</c></summary>
    internal bool Crxor(uint i) => SetCrBit(Field.Bt(i), CrBit(Field.Ba(i)) != CrBit(Field.Bb(i)));

    /// <summary><c>mcrf BF,BFA</c></summary>
    internal bool Mcrf(uint i) => SetField(Field.Bf(i), _state->Cr[Field.Bfa(i)]);

    /// <summary><c>mcrxr BF</c></summary>
    internal bool Mcrxr(uint i)
    {
        uint xer = _state->Xer;
        _state->Xer = xer & 0x0fffffff;
        return SetField(Field.Bf(i), CrField.Encode(xer >> 28));
    }

    /// <summary><c>mfcr rT</c></summary>
    internal bool Mfcr(uint i)
    {
        _state->Gpr[Field.Rt(i)] = _state->CrBits;
        return true;
    }

    /// <summary><c>mtcrf FXM,rS</c></summary>
    internal bool Mtcrf(uint i)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((Field.Fxm(i) & (0x80u >> n)) != 0)
                SetField(n, CrField.Encode((Gpr(Field.Rs(i)) >> (28 - (4 * n))) & 0xf));
        }

        return true;
    }

    /// <summary><c>tw TO,rA,rB</c></summary>
    internal bool Tw(uint i) => Trap(i, Gpr(Field.Ra(i)), Gpr(Field.Rb(i)));

    /// <summary><c>twi TO,rA,SI</c></summary>
    internal bool Twi(uint i) => Trap(i, Gpr(Field.Ra(i)), (uint)Field.Simm(i));

    /// <summary>
    /// Takes the program exception when a condition that TO names holds: less, greater, equal, logically less,
    /// logically greater.
    /// </summary>
    private bool Trap(uint i, uint a, uint b)
    {
        int holds = ((int)a < (int)b ? 16 : 0) | ((int)a > (int)b ? 8 : 0) | (a == b ? 4 : 0) | (a < b ? 2 : 0) | (a > b ? 1 : 0);
        if ((holds & Field.To(i)) == 0)
            return true;
        if (!_watching || !_processor.Debug.BeforeTrap())
            _processor.TakeProgram(Esr.Ptr);
        return false;
    }
}
