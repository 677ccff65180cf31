using System.Runtime.InteropServices;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>An instruction taken apart once, for the cold tier.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct DecodedInstruction
{
    /// <summary>
    /// In <see cref="A"/>: the operand is the value 0, not a register. As an index into the registers it leads to <see
    /// cref="CpuState.Zero"/>.
    /// </summary>
    public const byte Zero = CpuState.ZeroOffset / sizeof(uint);

    /// <summary>What executes it.</summary>
    public Op Code;
    public byte T;
    public byte A;
    public byte B;
    public byte Rc;


    /// <summary>What the instruction was seen to do.</summary>
    public InstructionMarks Marks;
    private byte _op;
    public uint Immediate;
    public uint Word;

    /// <summary>The instruction whose word it is.</summary>
    public readonly Op Op => (Op)_op;

    /// <summary>Whether the instruction has stored to a page in which there is code.</summary>
    public readonly bool StoresBesideCode => (Marks & InstructionMarks.StoresBesideCode) != 0;

    /// <summary>Whether a bcctr of the same page has gone to it.</summary>
    public readonly bool IsJumpTarget => (Marks & InstructionMarks.JumpTarget) != 0;

    /// <summary>Whether the accesses that follow were often in another page, so that it is not to look for them.</summary>
    public readonly bool CrossesPages => (Marks & InstructionMarks.CrossesPages) != 0;

    /// <summary>Whether it is a load that is not to ask on behalf of stores.</summary>
    public readonly bool LoadsAlone => (Marks & InstructionMarks.LoadsAlone) != 0;

    /// <summary>What is asked about its code.</summary>
    public readonly CodeTraits Traits => CodeTraits.Of(Code);

    /// <summary>Whether its address is the sum of two registers, not of a register and a displacement.</summary>
    public readonly bool IsIndexed => Traits.IsIndexed;

    /// <summary>
    /// Whether it is a branch to an address, conditional or not, or goes on in what may be another context.
    /// </summary>
    public readonly bool EndsBlock => Traits.EndsBlock;

    /// <summary>Whether it goes on in what may be another context.</summary>
    public readonly bool SwitchesContext => Traits is { Kind: CodeKind.Context, EndsBlock: true };

    /// <summary>Of an instruction that ends a block: whether the next instruction may follow it.</summary>
    public readonly bool MayFallThrough => Code != Op.B && !SwitchesContext && (Field.Bo(Word) & 0x14) != 0x14;

    /// <summary>
    /// Of an instruction that ends a block: whether it leads elsewhere, but what is after it is likely to be executed
    /// later.
    /// </summary>
    public readonly bool ComesBack => Code == Op.Sc || (EndsBlock && !SwitchesContext && Field.Lk(Word));

    /// <summary>Where a direct branch goes.</summary>
    /// <param name="address">The branch's own effective address.</param>
    public readonly uint TargetAddress(uint address) => (Field.Aa(Word) ? 0 : address) + Immediate;

    /// <summary>
    /// The word to which a direct branch or call goes, if that is in the page; -1 if not, and for other instructions.
    /// </summary>
    /// <param name="pageAddress">Effective address of its page.</param>
    /// <param name="word">Its index in the page.</param>
    /// <param name="call">Whether a call is looked for, which sets LR, or a branch that does not.</param>
    public readonly int DirectTarget(uint pageAddress, int word, bool call)
    {
        if (Code is not (Op.B or Op.Bc) || Field.Lk(Word) != call)
            return -1;
        uint target = TargetAddress(pageAddress + (uint)(4 * word));
        return (target & ~0xfffu) == pageAddress ? (int)(target & 0xfff) >> 2 : -1;
    }

    /// <summary>Takes a word apart.</summary>
    public static DecodedInstruction From(uint word)
    {
        Op op = Decoder.Decode(word);
        DecodedInstruction decoded = new()
        {
            Code = CodeOf(op, word),
            _op = checked((byte)op),
            T = (byte)Field.Rt(word),
            A = (byte)Field.Ra(word),
            B = (byte)Field.Rb(word),
            Rc = (byte)(word & 1),
            Immediate = (uint)Field.Simm(word),
            Word = word,
        };
        InstructionRow row = Decoder.Row(op);
        if (row.TryGetField('z', out _) && decoded.A == 0)
            decoded.A = Zero;
        switch (op)
        {
            case Op.Addi or Op.Addis:
                if (op == Op.Addis)
                    decoded.Immediate <<= 16;
                if (decoded.A == Zero)
                    decoded.Code = Codes.Li;
                break;
            case Op.Ori or Op.Xori or Op.AndiRecord or Op.Cmpli:
                decoded.Immediate = Field.Uimm(word);
                break;
            case Op.Oris or Op.Xoris or Op.AndisRecord:
                decoded.Immediate = Field.Uimm(word) << 16;
                break;
            case Op.Rlwinm or Op.Rlwimi or Op.Rlwnm:
                decoded.Immediate = Bits.Mask(Field.Mb(word), Field.Me(word));
                break;
            case var _ when decoded.Code == Codes.CrLogic:
                decoded.Immediate = CrBits.Encode(op, word);
                break;
            case var _ when (decoded.Code & ~Codes.Overflow) == Codes.Halfword:
                decoded.Immediate = (uint)HalfwordForms.Of(op)!.Value;
                break;
            case Op.Lswi or Op.Stswi:
                decoded.Immediate = 0;
                break;
            case Op.B:
                decoded.Immediate = (uint)Field.Li(word);
                break;
            case Op.Bc:
                decoded.Immediate = (uint)Field.Bd(word);
                break;
            case Op.Mfspr or Op.Mtspr when PlainSpr.TryGetOffset(Field.Spr(word), op == Op.Mtspr, out int offset):
                decoded.Immediate = (uint)offset;
                break;
        }

        return decoded;
    }

    private static Op CodeOf(Op op, uint word)
    {
        InstructionRow row = Decoder.Row(op);

        // Update forms whose rA is 0 or rT are invalid: not worth a case.
        if (row.Is(InstructionFlags.Update)
            && (Field.Ra(word) == 0 || (row.Is(InstructionFlags.Load) && Field.Ra(word) == Field.Rt(word))))
            return Codes.Interpret;

        // The base register of lmw and lswi stays as it is when it lies among the loaded ones.
        if (op is Op.Lmw or Op.Lswi && ((row.GprsWritten(word) >> Field.Ra(word)) & 1) != 0)
            return Codes.Interpret;
        if (op == Op.Mftb && Field.Spr(word) is not (Spr.TblRead or Spr.TbuRead))
            return Codes.Interpret;
        if (op == Op.Tlbwe && Field.Ws(word) > 1)
            return Codes.Interpret;

        // bcctr that counts is an invalid form: it goes to the decremented CTR.
        if (op == Op.Bcctr && (Field.Bo(word) & 4) == 0)
            return Codes.Interpret;
        return op switch
        {
            Op.Mfspr => SprCode(word, Codes.Mflr, Codes.Mfctr, Codes.MfXer, Codes.MfWord),
            Op.Mtspr => SprCode(word, Codes.Mtlr, Codes.Mtctr, Codes.MtXer, Codes.MtWord),
            _ when row.TryGetField('o', out _) && Field.Oe(word) => InstructionCodes.Of(op) | Codes.Overflow,
            _ => InstructionCodes.Of(op),
        };
    }

    private static Op SprCode(uint word, Op lr, Op ctr, Op xer, Op plain) => Field.Spr(word) switch
    {
        Spr.Lr => lr,
        Spr.Ctr => ctr,
        Spr.Xer => xer,
        Spr.Pid when plain == Codes.MtWord => Codes.MtPid,
        int number => PlainSpr.TryGetOffset(number, plain == Codes.MtWord, out _) ? plain : Codes.Interpret,
    };
}
