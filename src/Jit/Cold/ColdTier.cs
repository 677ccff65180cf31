using System.Numerics;
using PpcJit.Jit.Code;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Cold;

/// <summary>
/// Executes predecoded instructions one by one, for code that runs a few times only. It takes no exception itself: whatever the soft page tables or a
/// plain case cannot serve ends the run with an <see cref="ExitReason"/>, the state exact, and the dispatcher lets the interpreter do it.
/// </summary>
/// <param name="state">The architected state.</param>
/// <param name="fault">A fault injected into translation, for tests of the tests; null for none.</param>
/// <param name="observer">Who looks at execution: what it watches is left to the interpreter, which shows it; null for nobody.</param>
internal sealed unsafe partial class ColdTier(CpuState* state, Func<uint, uint>? fault, IExecutionObserver? observer)
{
    private readonly EngineState* _engine = EngineState.Of(state);

    /// <summary>What a plain store stores: big-endian, one register, no reservation.</summary>
    /// <returns>Its size in bytes, 0 for every other instruction, and whether it updates its base register.</returns>
    public static (int Size, bool Updates) StoreOf(ColdCode code) => code switch
    {
        ColdCode.Stb or ColdCode.Stbx => (1, false),
        ColdCode.Stbu or ColdCode.Stbux => (1, true),
        ColdCode.Sth or ColdCode.Sthx => (2, false),
        ColdCode.Sthu or ColdCode.Sthux => (2, true),
        ColdCode.Stw or ColdCode.Stwx => (4, false),
        ColdCode.Stwu or ColdCode.Stwux => (4, true),
        _ => (0, false),
    };

    /// <summary>Decodes an instruction of a page as it is now.</summary>
    public void Decode(CodePage page, int word)
    {
        uint fetched = Word(page.Host + (4 * word));
        DecodedInstruction decoded = DecodedInstruction.From(fault is null ? fetched : fault(fetched));
        if (observer is not null && observer.Watches(page.Effective + (uint)(4 * word), fetched))
            decoded.Code = ColdCode.Interpret;
        page.SetDecoded(word, decoded);
    }

    /// <summary>Runs from the PC within one page.</summary>
    /// <param name="page">The page of the PC.</param>
    /// <param name="budget">How many instructions may complete; not zero.</param>
    /// <param name="threshold">A jump to a place that was jumped to so often ends the run, so that the dispatcher can compile it.</param>
    /// <returns>How many of the budget are left.</returns>
    public long Run(CodePage page, long budget, int threshold)
    {
        CpuState* s = state;
        uint* g = s->Gpr;
        DecodedInstruction* first = page.Decoded;
        DecodedInstruction* i = first + ((s->Pc >> 2) & (CodePage.Words - 1));
        ushort[] heat = page.Heat;
        uint effective;
        byte* host;
        ExitReason reason;

        while (budget > 0)
        {
            switch (i->Code)
            {
                case ColdCode.Undecoded:
                    Decode(page, (int)(i - first));
                    continue;
                case ColdCode.PageEnd:
                    s->Pc = page.Effective + (4 * CodePage.Words);
                    _engine->ExitReason = ExitReason.Dispatch;
                    return budget;
                case ColdCode.Interpret or (>= ColdCode.Tlbwe and <= ColdCode.Sc): goto Interpret;
                case ColdCode.Nop: break;

                case ColdCode.Li: g[i->T] = i->Immediate; break;
                case ColdCode.Addi: g[i->T] = g[i->A] + i->Immediate; break;
                case ColdCode.Addic: g[i->T] = Add(s, g[i->A], i->Immediate, 0); break;
                case ColdCode.AddicRecord: Record(s, g[i->T] = Add(s, g[i->A], i->Immediate, 0)); break;
                case ColdCode.Subfic: g[i->T] = Add(s, ~g[i->A], i->Immediate, 1); break;
                case ColdCode.Mulli: g[i->T] = g[i->A] * i->Immediate; break;
                case ColdCode.Add: ToT(s, i, g[i->A] + g[i->B]); break;
                case ColdCode.Addc: ToT(s, i, Add(s, g[i->A], g[i->B], 0)); break;
                case ColdCode.Adde: ToT(s, i, Add(s, g[i->A], g[i->B], s->XerCa)); break;
                case ColdCode.Addze: ToT(s, i, Add(s, g[i->A], 0, s->XerCa)); break;
                case ColdCode.Addme: ToT(s, i, Add(s, g[i->A], uint.MaxValue, s->XerCa)); break;
                case ColdCode.Subf: ToT(s, i, g[i->B] - g[i->A]); break;
                case ColdCode.Subfc: ToT(s, i, Add(s, ~g[i->A], g[i->B], 1)); break;
                case ColdCode.Subfe: ToT(s, i, Add(s, ~g[i->A], g[i->B], s->XerCa)); break;
                case ColdCode.Subfze: ToT(s, i, Add(s, ~g[i->A], 0, s->XerCa)); break;
                case ColdCode.Neg: ToT(s, i, 0 - g[i->A]); break;
                case ColdCode.Mullw: ToT(s, i, g[i->A] * g[i->B]); break;
                case ColdCode.Mulhw: ToT(s, i, (uint)(((long)(int)g[i->A] * (int)g[i->B]) >> 32)); break;
                case ColdCode.Mulhwu: ToT(s, i, (uint)(((ulong)g[i->A] * g[i->B]) >> 32)); break;
                case ColdCode.Halfword: ToT(s, i, Halfword(g, i)); break;
                case ColdCode.Divw:
                    if (g[i->B] == 0 || (g[i->A] == 0x80000000 && g[i->B] == uint.MaxValue))
                        goto Interpret;
                    ToT(s, i, (uint)((int)g[i->A] / (int)g[i->B]));
                    break;
                case ColdCode.Divwu:
                    if (g[i->B] == 0)
                        goto Interpret;
                    ToT(s, i, g[i->A] / g[i->B]);
                    break;

                case ColdCode.And: ToA(s, i, g[i->T] & g[i->B]); break;
                case ColdCode.Andc: ToA(s, i, g[i->T] & ~g[i->B]); break;
                case ColdCode.AndiRecord: Record(s, g[i->A] = g[i->T] & i->Immediate); break;
                case ColdCode.Nand: ToA(s, i, ~(g[i->T] & g[i->B])); break;
                case ColdCode.Nor: ToA(s, i, ~(g[i->T] | g[i->B])); break;
                case ColdCode.Or: ToA(s, i, g[i->T] | g[i->B]); break;
                case ColdCode.Orc: ToA(s, i, g[i->T] | ~g[i->B]); break;
                case ColdCode.Ori: g[i->A] = g[i->T] | i->Immediate; break;
                case ColdCode.Xor: ToA(s, i, g[i->T] ^ g[i->B]); break;
                case ColdCode.Xori: g[i->A] = g[i->T] ^ i->Immediate; break;
                case ColdCode.Eqv: ToA(s, i, ~(g[i->T] ^ g[i->B])); break;
                case ColdCode.Extsb: ToA(s, i, (uint)(sbyte)g[i->T]); break;
                case ColdCode.Extsh: ToA(s, i, (uint)(short)g[i->T]); break;
                case ColdCode.Cntlzw: ToA(s, i, (uint)BitOperations.LeadingZeroCount(g[i->T])); break;
                case ColdCode.Rlwimi: ToA(s, i, (BitOperations.RotateLeft(g[i->T], i->B) & i->Immediate) | (g[i->A] & ~i->Immediate)); break;
                case ColdCode.Rlwinm: ToA(s, i, BitOperations.RotateLeft(g[i->T], i->B) & i->Immediate); break;
                case ColdCode.Rlwnm: ToA(s, i, BitOperations.RotateLeft(g[i->T], (int)g[i->B]) & i->Immediate); break;
                case ColdCode.Slw: ToA(s, i, (uint)((ulong)g[i->T] << (int)(g[i->B] & 63))); break;
                case ColdCode.Srw: ToA(s, i, (uint)((ulong)g[i->T] >> (int)(g[i->B] & 63))); break;
                case ColdCode.Sraw: ToA(s, i, ShiftAlgebraic(s, g[i->T], (int)g[i->B] & 63)); break;
                case ColdCode.Srawi: ToA(s, i, ShiftAlgebraic(s, g[i->T], i->B)); break;

                case ColdCode.Cmp: s->Cr[i->T >> 2] = CrField.Compare((int)g[i->A], (int)g[i->B], s->XerSo); break;
                case ColdCode.Cmpi: s->Cr[i->T >> 2] = CrField.Compare((int)g[i->A], (int)i->Immediate, s->XerSo); break;
                case ColdCode.Cmpl: s->Cr[i->T >> 2] = CrField.CompareUnsigned(g[i->A], g[i->B], s->XerSo); break;
                case ColdCode.Cmpli: s->Cr[i->T >> 2] = CrField.CompareUnsigned(g[i->A], i->Immediate, s->XerSo); break;
                case ColdCode.CrLogic: CrLogic(s, i); break;
                case ColdCode.Mcrf: s->Cr[i->T >> 2] = s->Cr[Field.Bfa(i->Word)]; break;
                case ColdCode.Mfcr: g[i->T] = s->CrBits; break;
                case ColdCode.Mtcrf: MoveToCr(s, Field.Fxm(i->Word), g[i->T]); break;
                case ColdCode.Tw:
                    if (Traps(i->T, g[i->A], g[i->B]))
                        goto Interpret;
                    break;
                case ColdCode.Twi:
                    if (Traps(i->T, g[i->A], i->Immediate))
                        goto Interpret;
                    break;

                case ColdCode.B:
                    budget--;
                    effective = (Field.Aa(i->Word) ? 0 : AddressOf(page, i)) + i->Immediate;
                    if (i->Rc != 0)
                        s->Lr = AddressOf(page, i) + 4;
                    goto Jump;
                case ColdCode.Bc:
                    budget--;
                    effective = (Field.Aa(i->Word) ? 0 : AddressOf(page, i)) + i->Immediate;
                    goto Conditional;
                case ColdCode.Bclr:
                    budget--;
                    effective = s->Lr & ~3u;
                    goto Conditional;
                case ColdCode.Bcctr:
                    budget--;
                    effective = s->Ctr & ~3u;
                    goto Conditional;

                case ColdCode.Lbz or ColdCode.Lbzu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 0)) == null)
                        goto ReadMiss;
                    g[i->T] = *host;
                    if (i->Code == ColdCode.Lbzu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lbzx or ColdCode.Lbzux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 0)) == null)
                        goto ReadMiss;
                    g[i->T] = *host;
                    if (i->Code == ColdCode.Lbzux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lhz or ColdCode.Lhzu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 1)) == null)
                        goto ReadMiss;
                    g[i->T] = Half(host);
                    if (i->Code == ColdCode.Lhzu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lhzx or ColdCode.Lhzux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 1)) == null)
                        goto ReadMiss;
                    g[i->T] = Half(host);
                    if (i->Code == ColdCode.Lhzux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lha or ColdCode.Lhau:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 1)) == null)
                        goto ReadMiss;
                    g[i->T] = (uint)(short)Half(host);
                    if (i->Code == ColdCode.Lhau)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lhax or ColdCode.Lhaux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 1)) == null)
                        goto ReadMiss;
                    g[i->T] = (uint)(short)Half(host);
                    if (i->Code == ColdCode.Lhaux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lwz or ColdCode.Lwzu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 2)) == null)
                        goto ReadMiss;
                    g[i->T] = Word(host);
                    if (i->Code == ColdCode.Lwzu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lwzx or ColdCode.Lwzux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 2)) == null)
                        goto ReadMiss;
                    g[i->T] = Word(host);
                    if (i->Code == ColdCode.Lwzux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Lhbrx:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 1)) == null)
                        goto ReadMiss;
                    g[i->T] = *(ushort*)host;
                    break;
                case ColdCode.Lwbrx:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->ReadTable, effective, 2)) == null)
                        goto ReadMiss;
                    g[i->T] = *(uint*)host;
                    break;
                case ColdCode.Lwarx:
                    effective = BaseX(g, i);
                    if ((host = AlignedHost(_engine->ReadTable, effective)) == null)
                        goto ReadMiss;
                    g[i->T] = Word(host);
                    s->Reservation = 1;
                    break;
                case ColdCode.Lmw:
                    effective = BaseD(g, i);
                    if ((host = HostOfWords(_engine->ReadTable, effective, 32 - i->T)) == null)
                        goto ReadMiss;
                    for (int r = i->T; r < 32; r++, host += 4)
                        g[r] = Word(host);
                    break;

                case ColdCode.Stb or ColdCode.Stbu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 0)) == null)
                        goto WriteMiss;
                    *host = (byte)g[i->T];
                    if (i->Code == ColdCode.Stbu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Stbx or ColdCode.Stbux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 0)) == null)
                        goto WriteMiss;
                    *host = (byte)g[i->T];
                    if (i->Code == ColdCode.Stbux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Sth or ColdCode.Sthu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 1)) == null)
                        goto WriteMiss;
                    SetHalf(host, g[i->T]);
                    if (i->Code == ColdCode.Sthu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Sthx or ColdCode.Sthux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 1)) == null)
                        goto WriteMiss;
                    SetHalf(host, g[i->T]);
                    if (i->Code == ColdCode.Sthux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Stw or ColdCode.Stwu:
                    effective = BaseD(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 2)) == null)
                        goto WriteMiss;
                    SetWord(host, g[i->T]);
                    if (i->Code == ColdCode.Stwu)
                        g[i->A] = effective;
                    break;
                case ColdCode.Stwx or ColdCode.Stwux:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 2)) == null)
                        goto WriteMiss;
                    SetWord(host, g[i->T]);
                    if (i->Code == ColdCode.Stwux)
                        g[i->A] = effective;
                    break;
                case ColdCode.Sthbrx:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 1)) == null)
                        goto WriteMiss;
                    *(ushort*)host = (ushort)g[i->T];
                    break;
                case ColdCode.Stwbrx:
                    effective = BaseX(g, i);
                    if ((host = Host(_engine->WriteTable, effective, 2)) == null)
                        goto WriteMiss;
                    *(uint*)host = g[i->T];
                    break;
                case ColdCode.Stwcx:
                    effective = BaseX(g, i);
                    if ((host = AlignedHost(_engine->WriteTable, effective)) == null)
                        goto WriteMiss;
                    if (s->Reservation != 0)
                        SetWord(host, g[i->T]);
                    s->Cr[0] = CrField.Encode(s->Reservation != 0 ? CrField.Eq : 0) ^ s->XerSo;
                    s->Reservation = 0;
                    break;
                case ColdCode.Stmw:
                    effective = BaseD(g, i);
                    if ((host = HostOfWords(_engine->WriteTable, effective, 32 - i->T)) == null)
                        goto WriteMiss;
                    for (int r = i->T; r < 32; r++, host += 4)
                        SetWord(host, g[r]);
                    break;
                case ColdCode.Touch:
                    effective = BaseX(g, i);
                    if (Host(_engine->ReadTable, effective, 0) == null)
                        goto ReadMiss;
                    break;
                case ColdCode.Dcbz:
                    effective = BaseX(g, i);
                    if ((host = Line(_engine->WriteTable, effective)) == null)
                        goto WriteMiss;
                    new Span<byte>(host, 32).Clear();
                    break;

                case ColdCode.Mfmsr:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    g[i->T] = s->Msr;
                    break;
                case ColdCode.Wrteei:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    if (!Field.E(i->Word))
                    {
                        s->Msr &= ~Msr.Ee;
                        break;
                    }

                    if (s->PendingInterrupts != 0)
                        goto Interpret;
                    s->Msr |= Msr.Ee;
                    break;
                case ColdCode.Wrtee:
                    if ((s->Msr & Msr.Pr) != 0 || ((g[i->T] & Msr.Ee) != 0 && s->PendingInterrupts != 0))
                        goto Interpret;
                    s->Msr = (s->Msr & ~Msr.Ee) | (g[i->T] & Msr.Ee);
                    break;
                case ColdCode.MfWord:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    g[i->T] = *(uint*)((byte*)s + i->Immediate);
                    break;
                case ColdCode.MtWord:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    *(uint*)((byte*)s + i->Immediate) = g[i->T] & PlainSpr.WriteMask(Field.Spr(i->Word));
                    break;
                case ColdCode.MfXer: g[i->T] = s->Xer; break;
                case ColdCode.MtXer: s->Xer = g[i->T]; break;
                case ColdCode.Mflr: g[i->T] = s->Lr; break;
                case ColdCode.Mtlr: s->Lr = g[i->T]; break;
                case ColdCode.Mfctr: g[i->T] = s->Ctr; break;
                case ColdCode.Mtctr: s->Ctr = g[i->T]; break;
            }

            i++;
            budget--;
            continue;

        Conditional:
            uint after = AddressOf(page, i) + 4;
            bool link = (i->Word & 1) != 0;
            bool taken = Condition(s, i);
            if (link)
                s->Lr = after;
            if (!taken)
            {
                i++;
                continue;
            }

        Jump:
            if ((effective & ~0xfffu) != page.Effective)
            {
                s->Pc = effective;
                _engine->ExitReason = ExitReason.Dispatch;
                return budget;
            }

            uint word = (effective & 0xfff) >> 2;
            i = first + word;
            if (++heat[word] >= threshold)
            {
                s->Pc = effective;
                _engine->ExitReason = ExitReason.Dispatch;
                return budget;
            }
        }

        s->Pc = AddressOf(page, i);
        _engine->ExitReason = ExitReason.Budget;
        return budget;

    Interpret:
        _engine->FaultAddress = i->Word;
        reason = ExitReason.Step;
        goto Leave;
    ReadMiss:
        _engine->FaultAddress = effective;
        reason = ExitReason.ReadMiss;
        goto Leave;
    WriteMiss:
        _engine->FaultAddress = effective;
        reason = ExitReason.WriteMiss;
    Leave:
        s->Pc = AddressOf(page, i);
        _engine->ExitReason = reason;
        return budget;
    }
}
