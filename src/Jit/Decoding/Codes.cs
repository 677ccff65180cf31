using System.Reflection;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// The code of a decoded instruction says what executes it. Mostly it is the instruction of the table itself; this
/// class has what is more or less than one. Nothing may depend on the order of codes.
/// </summary>
internal static class Codes
{
    /// <summary>Not executed yet: the memory of a new page is zero.</summary>
    public const Op Undecoded = Op.Illegal;

    /// <summary>After the last instruction of a page.</summary>
    public const Op PageEnd = (Op)FirstOwn;

    /// <summary>The interpreter executes it.</summary>
    public const Op Interpret = (Op)(FirstOwn + 1);

    /// <summary>Has no effect here.</summary>
    public const Op Nop = (Op)(FirstOwn + 2);

    /// <summary>addi and addis without rA; the immediate is already shifted.</summary>
    public const Op Li = (Op)(FirstOwn + 3);

    /// <summary>crand and the others; the immediate is made by <see cref="CrBits.Encode"/>.</summary>
    public const Op CrLogic = (Op)(FirstOwn + 4);

    /// <summary>Any of the multiply-accumulate group; the immediate is its <see cref="HalfwordForm"/>.</summary>
    public const Op Halfword = (Op)(FirstOwn + 5);

    /// <summary>A cache instruction that only needs the address to be readable.</summary>
    public const Op Touch = (Op)(FirstOwn + 6);

    /// <summary>mfspr LR.</summary>
    public const Op Mflr = (Op)(FirstOwn + 7);

    /// <summary>mtspr LR.</summary>
    public const Op Mtlr = (Op)(FirstOwn + 8);

    /// <summary>mfspr CTR.</summary>
    public const Op Mfctr = (Op)(FirstOwn + 9);

    /// <summary>mtspr CTR.</summary>
    public const Op Mtctr = (Op)(FirstOwn + 10);

    /// <summary>mfspr XER.</summary>
    public const Op MfXer = (Op)(FirstOwn + 11);

    /// <summary>mtspr XER.</summary>
    public const Op MtXer = (Op)(FirstOwn + 12);

    /// <summary>mfspr of a register that is a plain word of the state; the immediate is its offset.</summary>
    public const Op MfWord = (Op)(FirstOwn + 13);

    /// <summary>The same for mtspr.</summary>
    public const Op MtWord = (Op)(FirstOwn + 14);

    /// <summary>mtspr PID.</summary>
    public const Op MtPid = (Op)(FirstOwn + 15);

    /// <summary>Set in the code of a form that sets XER[OV] and XER[SO].</summary>
    public const Op Overflow = (Op)256;

    /// <summary>All codes are less.</summary>
    public const int Limit = 2 * (int)Overflow;

    /// <summary>No instruction of the table comes so far.</summary>
    private const int FirstOwn = 192;

    private static readonly string?[] Names = NameAll();

    /// <summary>How many instructions there are, with the illegal one.</summary>
    public static int Instructions => InstructionTable.Rows.Length + 1;

    /// <summary>Whether a code is of a form that sets XER[OV] and XER[SO].</summary>
    public static bool SetsOverflow(Op code) => (code & Overflow) != 0;

    /// <summary>The name of a code: that of the instruction, with an o at the end for a form that sets XER[OV].</summary>
    public static string NameOf(Op code)
    {
        string name = Names[(int)(code & ~Overflow)] ?? $"code {(int)code}";
        return SetsOverflow(code) ? name + 'o' : name;
    }

    // Every process comes here before its first guest instruction. The runtime has no code ahead of time for
    // collections of enumerations, so there are only arrays, and names.
    private static string?[] NameAll()
    {
        string?[] names = new string?[(int)Overflow];
        string[] instructions = Enum.GetNames<Op>();
        if (instructions.Length > FirstOwn)
            throw new InvalidOperationException($"There are more than {FirstOwn} instructions.");
        instructions.CopyTo(names, 0);
        foreach (FieldInfo field in typeof(Codes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field is { IsLiteral: true, FieldType.IsEnum: true }
                && (Op)field.GetRawConstantValue()! is > Undecoded and < Overflow and var code)
                names[(int)code] = field.Name;
        }

        return names;
    }
}
