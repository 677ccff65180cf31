using System.Runtime.InteropServices;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Cold;

/// <summary>An instruction taken apart once, for the cold tier.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct DecodedInstruction
{
    /// <summary>In <see cref="A"/>: the operand is the value 0, not a register. As an index into the registers it leads to <see cref="CpuState.Zero"/>.</summary>
    public const byte Zero = CpuState.ZeroOffset / sizeof(uint);

    public ColdCode Code;
    public byte T;
    public byte A;
    public byte B;
    public byte Rc;

    /// <summary>Whether the instruction has stored to a page in which there is code.</summary>
    public bool StoresBesideCode;
    public uint Immediate;
    public uint Word;

    /// <summary>Takes a word apart.</summary>
    public static DecodedInstruction From(uint word)
    {
        Op op = Decoder.Decode(word);
        DecodedInstruction decoded = new()
        {
            Code = CodeOf(op, word),
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
                    decoded.Code = ColdCode.Li;
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
            case var _ when decoded.Code == ColdCode.Halfword:
                decoded.Immediate = (uint)HalfwordForms.Of(op)!.Value;
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

    private static ColdCode CodeOf(Op op, uint word)
    {
        InstructionRow row = Decoder.Row(op);

        // Forms that set OV, and update forms whose rA is 0 or rT, are rare or invalid: not worth a case.
        if (row.TryGetField('o', out _) && Field.Oe(word))
            return ColdCode.Interpret;
        if (row.Is(InstructionFlags.Update) && (Field.Ra(word) == 0 || (row.Is(InstructionFlags.Load) && Field.Ra(word) == Field.Rt(word))))
            return ColdCode.Interpret;

        // The base register of lmw stays as it is when it lies among the loaded ones.
        if (op == Op.Lmw && Field.Ra(word) >= Field.Rt(word))
            return ColdCode.Interpret;
        if (op == Op.Tlbwe && Field.Ws(word) > 1)
            return ColdCode.Interpret;

        // bcctr that counts is an invalid form: it goes to the decremented CTR.
        if (op == Op.Bcctr && (Field.Bo(word) & 4) == 0)
            return ColdCode.Interpret;
        return op switch
        {
            Op.Addis => ColdCode.Addi,
            Op.Oris => ColdCode.Ori,
            Op.Xoris => ColdCode.Xori,
            Op.AndisRecord => ColdCode.AndiRecord,
            Op.Crand or Op.Crandc or Op.Creqv or Op.Crnand or Op.Crnor or Op.Cror or Op.Crorc or Op.Crxor => ColdCode.CrLogic,
            Op.Sync or Op.Isync or Op.Eieio or Op.Dcbt or Op.Dcbtst or Op.Icbt => ColdCode.Nop,
            Op.Dcbf or Op.Dcbst or Op.Icbi => ColdCode.Touch,
            Op.StwcxRecord => ColdCode.Stwcx,
            Op.Mfspr => SprCode(word, ColdCode.Mflr, ColdCode.Mfctr, ColdCode.MfXer, ColdCode.MfWord),
            Op.Mtspr => SprCode(word, ColdCode.Mtlr, ColdCode.Mtctr, ColdCode.MtXer, ColdCode.MtWord),
            _ => HalfwordForms.Of(op) is not null ? ColdCode.Halfword : ByName(op),
        };
    }

    private static ColdCode SprCode(uint word, ColdCode lr, ColdCode ctr, ColdCode xer, ColdCode plain) => Field.Spr(word) switch
    {
        Spr.Lr => lr,
        Spr.Ctr => ctr,
        Spr.Xer => xer,
        Spr.Pid when plain == ColdCode.MtWord => ColdCode.MtPid,
        int number => PlainSpr.TryGetOffset(number, plain == ColdCode.MtWord, out _) ? plain : ColdCode.Interpret,
    };

    private static ColdCode ByName(Op op) => Names.ByOp[(int)op];

    /// <summary>Codes that have the name of their instruction, found once.</summary>
    private static class Names
    {
        public static readonly ColdCode[] ByOp = Find();

        private static ColdCode[] Find()
        {
            Dictionary<string, ColdCode> codes = [];
            foreach (ColdCode code in Enum.GetValues<ColdCode>())
                codes[code.ToString()] = code;
            ColdCode[] found = new ColdCode[Enum.GetValues<Op>().Length];
            foreach (Op op in Enum.GetValues<Op>())
                found[(int)op] = codes.GetValueOrDefault(op.ToString(), ColdCode.Interpret);
            return found;
        }
    }
}
