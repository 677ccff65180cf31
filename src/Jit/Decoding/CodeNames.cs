using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>Finds codes and instructions by their names.</summary>
internal static class CodeNames
{
    // Both enumerations count from zero without gaps, so a name's place is its value.
    private static readonly string[] Names = Enum.GetNames<ColdCode>();
    private static readonly Dictionary<string, int> Codes = Index(Names);
    private static readonly Dictionary<string, int> Instructions = Index(Enum.GetNames<Op>());

    /// <summary>How many codes there are.</summary>
    public static int Count => Names.Length;

    /// <summary>The name of a code.</summary>
    public static string Of(ColdCode code) => Names[(int)code];

    /// <summary>The code of a name.</summary>
    public static bool TryFind(string name, out ColdCode code)
    {
        bool found = Codes.TryGetValue(name, out int value);
        code = (ColdCode)value;
        return found;
    }

    /// <summary>The instruction of a name.</summary>
    public static bool TryFind(string name, out Op op)
    {
        bool found = Instructions.TryGetValue(name, out int value);
        op = (Op)value;
        return found;
    }

    private static Dictionary<string, int> Index(string[] names)
    {
        Dictionary<string, int> index = new(names.Length, StringComparer.Ordinal);
        for (int n = 0; n < names.Length; n++)
            index.Add(names[n], n);
        return index;
    }
}
