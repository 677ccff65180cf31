using System.Reflection;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Emitting;

/// <summary>Writes the IL of one instruction.</summary>
/// <param name="context">The place.</param>
/// <param name="i">The instruction.</param>
internal delegate void Emitter(RegionContext context, in DecodedInstruction i);

/// <summary>
/// Binds each code to its emitter: the method with the name of the code, or with the name of its kind where all of a
/// kind have one. All are bound when the first region is compiled, so that a code without an emitter, or an emitter
/// without a code, is found at once.
/// </summary>
internal static class EmitterTable
{
    /// <summary>The classes whose public methods are the emitters.</summary>
    internal static readonly Type[] Topics =
    [
        typeof(ArithmeticEmitters), typeof(LogicalEmitters), typeof(ConditionEmitters), typeof(BranchEmitters),
        typeof(StorageEmitters), typeof(SystemEmitters),
    ];

    private static readonly Emitter?[] ByCode = Bind(Topics);

    /// <summary>The emitter of a code.</summary>
    /// <exception cref="InvalidOperationException">The code is one that regions leave to the interpreter.</exception>
    public static Emitter Of(ColdCode code) =>
        ByCode[(int)code] ?? throw new InvalidOperationException($"{code} is never part of a region.");

    /// <summary>Binds all codes to the public methods of some classes.</summary>
    /// <param name="topics">The classes.</param>
    /// <exception cref="InvalidOperationException">A code has no emitter, or an emitter no code.</exception>
    internal static Emitter?[] Bind(IEnumerable<Type> topics)
    {
        Dictionary<string, MethodInfo> methods = [];
        foreach (Type topic in topics)
        {
            foreach (MethodInfo method in topic.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                if (!methods.TryAdd(method.Name, method))
                    throw new InvalidOperationException($"There are two emitters {method.Name}.");
            }
        }

        HashSet<string> unused = [.. methods.Keys];
        Emitter?[] bound = new Emitter?[CodeNames.Count];
        for (int n = 0; n < bound.Length; n++)
        {
            ColdCode code = (ColdCode)n;
            CodeKind kind = CodeTraits.Of(code).Kind;
            if (kind == CodeKind.Marker)
                continue;
            MethodInfo method = methods.GetValueOrDefault(CodeNames.Of(code)) ?? methods.GetValueOrDefault(kind.ToString())
                ?? throw new InvalidOperationException($"{code} has no emitter: no method {code} or {kind}.");
            unused.Remove(method.Name);
            bound[n] = method.CreateDelegate<Emitter>();
        }

        return unused.Count == 0
            ? bound
            : throw new InvalidOperationException($"No code has these emitters: {string.Join(", ", unused.Order(StringComparer.Ordinal))}.");
    }
}
