using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// What an instruction of the multiply-accumulate group does, taken apart: its halves, its sign and what becomes of the
/// product.
/// </summary>
[Flags]
internal enum HalfwordForm
{
    /// <summary>Both low halves, unsigned, the product itself.</summary>
    None = 0,

    /// <summary>The high half of rA, not the low one.</summary>
    HighA = 1,

    /// <summary>The high half of rB, not the low one.</summary>
    HighB = 2,

    /// <summary>Both halves and the sum are signed.</summary>
    Signed = 4,

    /// <summary>The product is added to rT.</summary>
    Accumulate = 8,

    /// <summary>The product is taken from rT.</summary>
    Subtract = 16,

    /// <summary>A sum that does not fit becomes the nearest one that does.</summary>
    Saturate = 32,
}

/// <summary>Finds the form of an instruction by its name, which is made of the same parts.</summary>
internal static class HalfwordForms
{
    private static readonly HalfwordForm?[] ByOp = ParseAll();

    /// <summary>The form of an instruction of the group.</summary>
    /// <returns>Null for all others.</returns>
    public static HalfwordForm? Of(Op op) => ByOp[(int)op];

    private static HalfwordForm?[] ParseAll()
    {
        string[] names = Enum.GetNames<Op>();
        HalfwordForm?[] forms = new HalfwordForm?[names.Length];
        for (int n = 0; n < forms.Length; n++)
            forms[n] = Parse(names[n]);
        return forms;
    }

    private static HalfwordForm? Parse(string name)
    {
        // (mac|nmac|mul) (c|h|l) hw [s] [u]
        int end = name.IndexOf("hw", Math.Min(4, name.Length), StringComparison.Ordinal);
        if (end < 0)
            return null;
        HalfwordForm form;
        switch (name[..(end - 1)])
        {
            case "Mul": form = HalfwordForm.None; break;
            case "Mac": form = HalfwordForm.Accumulate; break;
            case "Nmac": form = HalfwordForm.Subtract; break;
            default: return null;
        }

        form |= name[end - 1] switch
        {
            'h' => HalfwordForm.HighA | HalfwordForm.HighB,
            'c' => HalfwordForm.HighB,
            _ => HalfwordForm.None,
        };
        string rest = name[(end + 2)..];
        if (rest.Contains('s', StringComparison.Ordinal))
            form |= HalfwordForm.Saturate;
        return rest.Contains('u', StringComparison.Ordinal) ? form : form | HalfwordForm.Signed;
    }
}
