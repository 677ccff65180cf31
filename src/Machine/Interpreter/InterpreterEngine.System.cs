using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Processor control, device control registers and TLB management.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary><c>any word that is no instruction of the 405</c></summary>
    internal bool Illegal(uint i)
    {
        _processor.TakeProgram(Esr.Pil);
        return false;
    }

    /// <summary><c>eieio</c>: every access is done in order anyway</summary>
    internal bool Eieio(uint i) => true;

    /// <summary><c>sync</c>: every access is done in order anyway</summary>
    internal bool Sync(uint i) => true;

    /// <summary><c>isync</c>: every instruction is fetched afresh anyway</summary>
    internal bool Isync(uint i) => true;

    /// <summary><c>tlbsync</c></summary>
    internal bool Tlbsync(uint i) => !Refused();

    /// <summary><c>mfmsr rT</c></summary>
    internal bool Mfmsr(uint i)
    {
        if (Refused())
            return false;
        _state->Gpr[Field.Rt(i)] = _state->Msr;
        return true;
    }

    /// <summary><c>mtmsr rS</c></summary>
    internal bool Mtmsr(uint i)
    {
        if (Refused())
            return false;
        _state->Msr = Gpr(Field.Rs(i)) & Msr.Implemented;
        return true;
    }

    /// <summary><c>wrtee rS</c></summary>
    internal bool Wrtee(uint i) => SetExternalEnable((Gpr(Field.Rs(i)) & Msr.Ee) != 0);

    /// <summary><c>wrteei E</c></summary>
    internal bool Wrteei(uint i) => SetExternalEnable(Field.E(i));

    private bool SetExternalEnable(bool enable)
    {
        if (Refused())
            return false;
        _state->Msr = enable ? _state->Msr | Msr.Ee : _state->Msr & ~Msr.Ee;
        return true;
    }

    /// <summary><c>mfspr rT,SPRN</c></summary>
    internal bool Mfspr(uint i)
    {
        int number = Field.Spr(i);
        if (SprRefused(number))
            return false;
        if (!_processor.TryReadSpr(number, out uint value) && !IgnoresInvalidForm($"mfspr of SPR {number}, which a 405 does not have"))
            return false;
        _state->Gpr[Field.Rt(i)] = value;
        return true;
    }

    /// <summary><c>mtspr SPRN,rS</c></summary>
    internal bool Mtspr(uint i)
    {
        int number = Field.Spr(i);
        if (SprRefused(number))
            return false;
        return _processor.TryWriteSpr(number, Gpr(Field.Rs(i))) || IgnoresInvalidForm($"mtspr of SPR {number}, which a 405 does not have");
    }

    /// <summary>
    /// An invalid form: the 405 executes what has a known opcode, whatever its other fields hold, without an
    /// illegal-instruction exception (PPC405 Core User's Manual, 9.2, and the lists of invalid forms of mfspr, mftb,
    /// mtspr, tlbre and tlbwe). Firmware and kernels of the 440 rely on it when they look for registers. A register
    /// that is not there reads as 0 and takes no value; the log names it once.
    /// </summary>
    /// <returns>
    /// False in problem state: a program may not probe, and the program exception is what operating systems emulate
    /// such registers by.
    /// </returns>
    private bool IgnoresInvalidForm(string form)
    {
        if ((_state->Msr & Msr.Pr) != 0)
        {
            _processor.TakeProgram(Esr.Pil);
            return false;
        }

        _processor.Log.ReportOnce(form);
        return true;
    }

    /// <summary><c>mftb rT,TBRN</c>: 268 the low and 269 the high half; in any state.</summary>
    internal bool Mftb(uint i)
    {
        int number = Field.Spr(i);
        uint value = 0;
        if (number is Spr.TblRead or Spr.TbuRead)
            _processor.TryReadSpr(number, out value);
        else if (!IgnoresInvalidForm($"mftb of TBR {number}, which is no half of the timebase"))
            return false;
        _state->Gpr[Field.Rt(i)] = value;
        return true;
    }

    /// <summary>The number of an SPR says whether it is privileged.</summary>
    private bool SprRefused(int number) => Spr.IsPrivileged(number) && Refused();

    /// <summary><c>mfdcr rT,DCRN</c></summary>
    internal bool Mfdcr(uint i)
    {
        if (Refused())
            return false;
        _state->Gpr[Field.Rt(i)] = _processor.Dcr.Read((uint)Field.Spr(i));
        return true;
    }

    /// <summary><c>mtdcr DCRN,rS</c></summary>
    internal bool Mtdcr(uint i)
    {
        if (Refused())
            return false;
        _processor.Dcr.Write((uint)Field.Spr(i), Gpr(Field.Rs(i)));
        return true;
    }

    /// <summary><c>tlbia</c></summary>
    internal bool Tlbia(uint i)
    {
        if (Refused())
            return false;
        _processor.Tlb.InvalidateAll();
        return true;
    }

    /// <summary><c>tlbre rT,rA,WS</c>: reading TLBHI also loads the PID with the entry's TID.</summary>
    internal bool Tlbre(uint i)
    {
        if (Refused())
            return false;
        int index = (int)Gpr(Field.Ra(i)) & (CpuState.TlbEntries - 1);
        switch (Field.Ws(i))
        {
            case 0:
                _state->Gpr[Field.Rt(i)] = _state->TlbHi[index];
                _state->Pid = _state->TlbTid[index];
                return true;
            case 1:
                _state->Gpr[Field.Rt(i)] = _state->TlbLo[index];
                return true;
            case int word:
                _state->Gpr[Field.Rt(i)] = 0;
                return IgnoresInvalidForm($"tlbre of word {word}, which a TLB entry does not have");
        }
    }

    /// <summary><c>tlbwe rS,rA,WS</c>: writing TLBHI also sets the entry's TID from the PID.</summary>
    internal bool Tlbwe(uint i)
    {
        if (Refused())
            return false;
        int index = (int)Gpr(Field.Ra(i)) & (CpuState.TlbEntries - 1);
        uint value = Gpr(Field.Rs(i));
        switch (Field.Ws(i))
        {
            case 0: _processor.Tlb.WriteHi(index, value); return true;
            case 1: _processor.Tlb.WriteLo(index, value); return true;
            case int word: return IgnoresInvalidForm($"tlbwe of word {word}, which a TLB entry does not have");
        }
    }

    /// <summary>
    /// <c>tlbsx[.] rT,rA,rB</c>: finds the entry that translates an address; rT stays as it is when there is none.
    /// </summary>
    internal bool Tlbsx(uint i)
    {
        if (Refused())
            return false;
        int index = _processor.Tlb.Find(EaX(i));
        if (index >= 0)
            _state->Gpr[Field.Rt(i)] = (uint)index;
        if (Field.Rc(i))
            _state->Cr[0] = CrField.Encode(index >= 0 ? CrField.Eq : 0) ^ _state->XerSo;
        return true;
    }
}
