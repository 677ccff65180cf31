using System.Numerics;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Cold;

/// <summary>
/// Executes predecoded instructions one by one, for code that runs a few times only. It takes no exception itself:
/// whatever the soft page tables or a plain case cannot serve ends the run with an <see cref="ExitReason"/>, the state
/// exact, and the dispatcher lets the interpreter do it.
/// </summary>
/// <param name="state">The architected state.</param>
/// <param name="fault">A fault injected into translation, for tests of the tests; null for none.</param>
/// <param name="cache">Knows the pages to which jumps go.</param>
/// <param name="compiler">Compiles regions, which a jump to another page looks for; null when nobody does.</param>
/// <param name="observers">Who looks at execution: what they watch is left to the interpreter, which shows it.</param>
internal sealed unsafe partial class ColdTier(
    CpuState* state, Func<uint, uint>? fault, CodeCache cache, BackgroundCompiler? compiler, ExecutionObservers observers)
{
    /// <summary>More instructions than any guest executes before an event, and far fewer than addresses can be added up.</summary>
    private const long MaxStretch = 1L << 56;

    private readonly KnownInstructions _known = new();

    /// <summary>How many instruction words were taken apart so far.</summary>
    public long TakenApart => _known.TakenApart;

    /// <summary>Decodes an instruction of a page as it is now.</summary>
    public void Decode(CodePage page, int word)
    {
        uint fetched = WordCell.Read(page.Host + (4 * word));
        DecodedInstruction decoded = _known.Decode(fault is null ? fetched : fault(fetched));
        if (!observers.IsEmpty && observers.Watches(page.Effective + (uint)(4 * word), fetched))
            decoded.Code = Codes.Interpret;
        page.SetDecoded(word, decoded);
    }

    /// <summary>Runs from the PC, through all pages that are known already.</summary>
    /// <param name="page">The page of the PC.</param>
    /// <param name="budget">How many instructions may complete; not zero.</param>
    /// <param name="compiles">
    /// Whether a jump to a place that has reached its page's threshold ends the run, so that the dispatcher can compile
    /// it.
    /// </param>
    /// <returns>How many of the budget are left.</returns>
    public long Run(CodePage page, long budget, bool compiles)
    {
        CpuState* s = state;
        DecodedInstruction* first = page.Decoded;
        DecodedInstruction* i = first + ((s->Pc >> 2) & (CodePage.Words - 1));
        ushort[] heat = page.Heat;
        int threshold = compiles ? page.Threshold : int.MaxValue;
        uint effective;
        byte* host;
        ExitReason reason;

        // Where the budget would end if no branch were taken: nothing need be counted from instruction to instruction, and the host has a
        // register less to keep. Branches move it along.
        long beyond = Math.Max(0, budget - MaxStretch);
        DecodedInstruction* end = i + (budget - beyond);

        while (i < end)
        {
            switch (i->Code)
            {
                case Codes.Undecoded:
                    Decode(page, (int)(i - first));
                    continue;
                case Codes.PageEnd:
                    s->Pc = page.Effective + (4 * CodePage.Words);
                    EngineState.Of(s)->ExitReason = ExitReason.Dispatch;
                    return beyond + (end - i);
                default: goto Interpret;
                case Codes.Nop: break;

                case Codes.Li: R(s)[i->T] = i->Immediate; break;
                case Op.Addi: R(s)[i->T] = R(s)[i->A] + i->Immediate; break;
                case Op.Addic: R(s)[i->T] = Add(s, R(s)[i->A], i->Immediate, 0); break;
                case Op.AddicRecord: Record(s, R(s)[i->T] = Add(s, R(s)[i->A], i->Immediate, 0)); break;
                case Op.Subfic: R(s)[i->T] = Add(s, ~R(s)[i->A], i->Immediate, 1); break;
                case Op.Mulli: R(s)[i->T] = R(s)[i->A] * i->Immediate; break;
                case Op.Add: ToT(s, i, R(s)[i->A] + R(s)[i->B]); break;
                case Op.Addc: ToT(s, i, Add(s, R(s)[i->A], R(s)[i->B], 0)); break;
                case Op.Adde: ToT(s, i, Add(s, R(s)[i->A], R(s)[i->B], s->XerCa)); break;
                case Op.Addze: ToT(s, i, Add(s, R(s)[i->A], 0, s->XerCa)); break;
                case Op.Addme: ToT(s, i, Add(s, R(s)[i->A], uint.MaxValue, s->XerCa)); break;
                case Op.Subf: ToT(s, i, R(s)[i->B] - R(s)[i->A]); break;
                case Op.Subfc: ToT(s, i, Add(s, ~R(s)[i->A], R(s)[i->B], 1)); break;
                case Op.Subfe: ToT(s, i, Add(s, ~R(s)[i->A], R(s)[i->B], s->XerCa)); break;
                case Op.Subfze: ToT(s, i, Add(s, ~R(s)[i->A], 0, s->XerCa)); break;
                case Op.Subfme: ToT(s, i, Add(s, ~R(s)[i->A], uint.MaxValue, s->XerCa)); break;
                case Op.Neg: ToT(s, i, 0 - R(s)[i->A]); break;
                case Op.Mullw: ToT(s, i, R(s)[i->A] * R(s)[i->B]); break;
                case Op.Mulhw: ToT(s, i, (uint)(((long)(int)R(s)[i->A] * (int)R(s)[i->B]) >> 32)); break;
                case Op.Mulhwu: ToT(s, i, (uint)(((ulong)R(s)[i->A] * R(s)[i->B]) >> 32)); break;
                case Codes.Halfword: ToT(s, i, Halfword(R(s), i)); break;
                case Op.Divw:
                    if (R(s)[i->B] == 0 || (R(s)[i->A] == 0x80000000 && R(s)[i->B] == uint.MaxValue))
                        goto Interpret;
                    ToT(s, i, (uint)((int)R(s)[i->A] / (int)R(s)[i->B]));
                    break;
                case Op.Divwu:
                    if (R(s)[i->B] == 0)
                        goto Interpret;
                    ToT(s, i, R(s)[i->A] / R(s)[i->B]);
                    break;

                case Op.Add | Codes.Overflow: ToT(s, i, AddOverflow(s, R(s)[i->A], R(s)[i->B], 0)); break;
                case Op.Addc | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, R(s)[i->A], R(s)[i->B], 0)); break;
                case Op.Adde | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, R(s)[i->A], R(s)[i->B], s->XerCa)); break;
                case Op.Addze | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, R(s)[i->A], 0, s->XerCa)); break;
                case Op.Addme | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, R(s)[i->A], uint.MaxValue, s->XerCa)); break;
                case Op.Subf | Codes.Overflow: ToT(s, i, AddOverflow(s, ~R(s)[i->A], R(s)[i->B], 1)); break;
                case Op.Subfc | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, ~R(s)[i->A], R(s)[i->B], 1)); break;
                case Op.Subfe | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, ~R(s)[i->A], R(s)[i->B], s->XerCa)); break;
                case Op.Subfze | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, ~R(s)[i->A], 0, s->XerCa)); break;
                case Op.Subfme | Codes.Overflow: ToT(s, i, AddCarryOverflow(s, ~R(s)[i->A], uint.MaxValue, s->XerCa)); break;
                case Op.Neg | Codes.Overflow: ToT(s, i, AddOverflow(s, ~R(s)[i->A], 0, 1)); break;
                case Op.Mullw | Codes.Overflow:
                    ToT(s, i, NarrowOverflow(s, (long)(int)R(s)[i->A] * (int)R(s)[i->B], signed: true));
                    break;
                case Codes.Halfword | Codes.Overflow: ToT(s, i, HalfwordOverflow(s, i)); break;
                case Op.Divw | Codes.Overflow:
                    if (R(s)[i->B] == 0 || (R(s)[i->A] == 0x80000000 && R(s)[i->B] == uint.MaxValue))
                        goto Interpret;
                    s->XerOv = 0;
                    ToT(s, i, (uint)((int)R(s)[i->A] / (int)R(s)[i->B]));
                    break;
                case Op.Divwu | Codes.Overflow:
                    if (R(s)[i->B] == 0)
                        goto Interpret;
                    s->XerOv = 0;
                    ToT(s, i, R(s)[i->A] / R(s)[i->B]);
                    break;

                case Op.And: ToA(s, i, R(s)[i->T] & R(s)[i->B]); break;
                case Op.Andc: ToA(s, i, R(s)[i->T] & ~R(s)[i->B]); break;
                case Op.AndiRecord: Record(s, R(s)[i->A] = R(s)[i->T] & i->Immediate); break;
                case Op.Nand: ToA(s, i, ~(R(s)[i->T] & R(s)[i->B])); break;
                case Op.Nor: ToA(s, i, ~(R(s)[i->T] | R(s)[i->B])); break;
                case Op.Or: ToA(s, i, R(s)[i->T] | R(s)[i->B]); break;
                case Op.Orc: ToA(s, i, R(s)[i->T] | ~R(s)[i->B]); break;
                case Op.Ori: R(s)[i->A] = R(s)[i->T] | i->Immediate; break;
                case Op.Xor: ToA(s, i, R(s)[i->T] ^ R(s)[i->B]); break;
                case Op.Xori: R(s)[i->A] = R(s)[i->T] ^ i->Immediate; break;
                case Op.Eqv: ToA(s, i, ~(R(s)[i->T] ^ R(s)[i->B])); break;
                case Op.Extsb: ToA(s, i, (uint)(sbyte)R(s)[i->T]); break;
                case Op.Extsh: ToA(s, i, (uint)(short)R(s)[i->T]); break;
                case Op.Cntlzw: ToA(s, i, (uint)BitOperations.LeadingZeroCount(R(s)[i->T])); break;
                case Op.Rlwimi:
                    ToA(s, i, (BitOperations.RotateLeft(R(s)[i->T], i->B) & i->Immediate) | (R(s)[i->A] & ~i->Immediate));
                    break;
                case Op.Rlwinm: ToA(s, i, BitOperations.RotateLeft(R(s)[i->T], i->B) & i->Immediate); break;
                case Op.Rlwnm: ToA(s, i, BitOperations.RotateLeft(R(s)[i->T], (int)R(s)[i->B]) & i->Immediate); break;
                case Op.Slw: ToA(s, i, (uint)((ulong)R(s)[i->T] << (int)(R(s)[i->B] & 63))); break;
                case Op.Srw: ToA(s, i, (uint)((ulong)R(s)[i->T] >> (int)(R(s)[i->B] & 63))); break;
                case Op.Sraw: ToA(s, i, ShiftAlgebraic(s, R(s)[i->T], (int)R(s)[i->B] & 63)); break;
                case Op.Srawi: ToA(s, i, ShiftAlgebraic(s, R(s)[i->T], i->B)); break;

                case Op.Cmp: s->Cr[i->T >> 2] = CrField.Compare((int)R(s)[i->A], (int)R(s)[i->B], s->XerSo); break;
                case Op.Cmpi: s->Cr[i->T >> 2] = CrField.Compare((int)R(s)[i->A], (int)i->Immediate, s->XerSo); break;
                case Op.Cmpl: s->Cr[i->T >> 2] = CrField.CompareUnsigned(R(s)[i->A], R(s)[i->B], s->XerSo); break;
                case Op.Cmpli: s->Cr[i->T >> 2] = CrField.CompareUnsigned(R(s)[i->A], i->Immediate, s->XerSo); break;
                case Codes.CrLogic: CrLogic(s, i); break;
                case Op.Mcrf: s->Cr[i->T >> 2] = s->Cr[Field.Bfa(i->Word)]; break;
                case Op.Mcrxr:
                    s->Cr[i->T >> 2] = CrField.Encode((s->Xer >> 28) & 0xe);
                    (s->XerSo, s->XerOv, s->XerCa) = (0, 0, 0);
                    break;
                case Op.Mfcr: R(s)[i->T] = s->CrBits; break;
                case Op.Mtcrf: MoveToCr(s, Field.Fxm(i->Word), R(s)[i->T]); break;
                case Op.Tw:
                    if (Traps(i->T, R(s)[i->A], R(s)[i->B]))
                        goto Interpret;
                    break;
                case Op.Twi:
                    if (Traps(i->T, R(s)[i->A], i->Immediate))
                        goto Interpret;
                    break;

                case Op.B:
                    effective = (Field.Aa(i->Word) ? 0 : AddressOf(page, first, i)) + i->Immediate;
                    if (i->Rc != 0)
                        s->Lr = AddressOf(page, first, i) + 4;
                    goto Jump;
                case Op.Bc:
                    effective = (Field.Aa(i->Word) ? 0 : AddressOf(page, first, i)) + i->Immediate;
                    goto Conditional;
                case Op.Bclr:
                    effective = s->Lr & ~3u;
                    goto Conditional;
                case Op.Bcctr:
                    effective = s->Ctr & ~3u;
                    if ((effective & ~0xfffu) == page.Effective)
                        first[(effective & 0xfff) >> 2].Marks |= InstructionMarks.JumpTarget;
                    goto Conditional;

                case Op.Lbz:
                    if (!Load<ByteCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lbzu:
                    if (!Load<ByteCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lbzx:
                    if (!Load<ByteCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lbzux:
                    if (!Load<ByteCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lhz:
                    if (!Load<HalfCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lhzu:
                    if (!Load<HalfCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lhzx:
                    if (!Load<HalfCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lhzux:
                    if (!Load<HalfCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lha:
                    if (!Load<SignedHalfCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lhau:
                    if (!Load<SignedHalfCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lhax:
                    if (!Load<SignedHalfCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lhaux:
                    if (!Load<SignedHalfCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lwz:
                    if (!Load<WordCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lwzu:
                    if (!Load<WordCell>(s, i, effective = BaseD(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lwzx:
                    if (!Load<WordCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lwzux:
                    if (!Load<WordCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Lhbrx:
                    if (!Load<ReversedHalfCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lwbrx:
                    if (!Load<ReversedWordCell>(s, i, effective = BaseX(s, i)))
                        goto ReadMiss;
                    break;
                case Op.Lwarx:
                    effective = BaseX(s, i);
                    if ((host = AlignedHost(EngineState.Of(s)->ReadTable, effective)) == null)
                        goto ReadMiss;
                    R(s)[i->T] = WordCell.Read(host);
                    s->Reservation = 1;
                    break;
                case Op.Lmw:
                    effective = BaseD(s, i);
                    if ((host = HostOfWords(EngineState.Of(s)->ReadTable, effective, 32 - i->T)) == null)
                        goto ReadMiss;
                    for (int r = i->T; r < 32; r++, host += 4)
                        R(s)[r] = WordCell.Read(host);
                    break;

                case Op.Stb:
                    if (!Store<ByteCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Stbu:
                    if (!Store<ByteCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Stbx:
                    if (!Store<ByteCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Stbux:
                    if (!Store<ByteCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Sth:
                    if (!Store<HalfCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Sthu:
                    if (!Store<HalfCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Sthx:
                    if (!Store<HalfCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Sthux:
                    if (!Store<HalfCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Stw:
                    if (!Store<WordCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Stwu:
                    if (!Store<WordCell>(s, i, effective = BaseD(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Stwx:
                    if (!Store<WordCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Stwux:
                    if (!Store<WordCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    R(s)[i->A] = effective;
                    break;
                case Op.Sthbrx:
                    if (!Store<ReversedHalfCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    break;
                case Op.Stwbrx:
                    if (!Store<ReversedWordCell>(s, i, effective = BaseX(s, i)))
                        goto WriteMiss;
                    break;
                case Op.StwcxRecord:
                    effective = BaseX(s, i);
                    if ((host = AlignedHost(EngineState.Of(s)->WriteTable, effective)) == null)
                        goto WriteMiss;
                    if (s->Reservation != 0)
                        WordCell.Write(host, R(s)[i->T]);
                    s->Cr[0] = CrField.Encode(s->Reservation != 0 ? CrField.Eq : 0) ^ s->XerSo;
                    s->Reservation = 0;
                    break;
                case Op.Stmw:
                    effective = BaseD(s, i);
                    if ((host = HostOfWords(EngineState.Of(s)->WriteTable, effective, 32 - i->T)) == null)
                        goto WriteMiss;
                    for (int r = i->T; r < 32; r++, host += 4)
                        WordCell.Write(host, R(s)[r]);
                    break;
                case Codes.Touch:
                    effective = BaseX(s, i);
                    if (Addend(EngineState.Of(s)->ReadTable, effective, 0) == 0)
                        goto ReadMiss;
                    break;
                case Op.Dcbz:
                    effective = BaseX(s, i);
                    if ((host = Line(EngineState.Of(s)->WriteTable, effective)) == null)
                        goto WriteMiss;
                    new Span<byte>(host, 32).Clear();
                    break;

                case Op.Mfmsr:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    R(s)[i->T] = s->Msr;
                    break;
                case Op.Wrteei:
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
                case Op.Wrtee:
                    if ((s->Msr & Msr.Pr) != 0 || ((R(s)[i->T] & Msr.Ee) != 0 && s->PendingInterrupts != 0))
                        goto Interpret;
                    s->Msr = (s->Msr & ~Msr.Ee) | (R(s)[i->T] & Msr.Ee);
                    break;
                case Codes.MfWord:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    R(s)[i->T] = *(uint*)((byte*)s + i->Immediate);
                    break;
                case Codes.MtWord:
                    if ((s->Msr & Msr.Pr) != 0)
                        goto Interpret;
                    *(uint*)((byte*)s + i->Immediate) = R(s)[i->T] & PlainSpr.WriteMask(Field.Spr(i->Word));
                    break;
                case Codes.MfXer: R(s)[i->T] = s->Xer; break;
                case Codes.MtXer: s->Xer = R(s)[i->T]; break;
                case Codes.Mflr: R(s)[i->T] = s->Lr; break;
                case Codes.Mtlr: s->Lr = R(s)[i->T]; break;
                case Codes.Mfctr: R(s)[i->T] = s->Ctr; break;
                case Codes.Mtctr: s->Ctr = R(s)[i->T]; break;
            }

            i++;
            continue;

        Conditional:
            bool taken = Condition(s, i);
            if (i->Rc != 0)
                s->Lr = AddressOf(page, first, i) + 4;
            if (!taken)
            {
                i++;
                continue;
            }

        Jump:
            nint left = (nint)end - (nint)i - sizeof(DecodedInstruction);
            if ((effective & ~0xfffu) != page.Effective)
            {
                if (compiler is { AnyFinished: true } || cache.FindKnown(effective) is not { } next)
                {
                    s->Pc = effective;
                    EngineState.Of(s)->ExitReason = ExitReason.Dispatch;
                    return beyond + (left / sizeof(DecodedInstruction));
                }

                page = next.Code;
                first = page.Decoded;
                heat = page.Heat;
                threshold = threshold == int.MaxValue ? int.MaxValue : page.Threshold;
            }

            uint word = (effective & 0xfff) >> 2;
            i = first + word;
            end = (DecodedInstruction*)((nint)i + left);
            if (++heat[word] >= threshold)
            {
                s->Pc = effective;
                EngineState.Of(s)->ExitReason = ExitReason.Dispatch;
                return beyond + (end - i);
            }
        }

        s->Pc = AddressOf(page, first, i);
        EngineState.Of(s)->ExitReason = ExitReason.Budget;
        return beyond + (end - i);

    Interpret:
        EngineState.Of(s)->FaultAddress = i->Word;
        reason = ExitReason.Step;
        goto Leave;
    ReadMiss:
        EngineState.Of(s)->FaultAddress = effective;
        reason = ExitReason.ReadMiss;
        goto Leave;
    WriteMiss:
        EngineState.Of(s)->FaultAddress = effective;
        reason = ExitReason.WriteMiss;
    Leave:
        s->Pc = AddressOf(page, first, i);
        EngineState.Of(s)->ExitReason = reason;
        return beyond + (end - i);
    }
}
