using System.Reflection;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

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
    public static Emitter Of(Op code) =>
        ByCode[(int)code] ?? throw new InvalidOperationException($"{Codes.NameOf(code)} is never part of a region.");

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
        Emitter?[] bound = new Emitter?[Codes.Limit];
        foreach (CodeTraits traits in CodeTraits.All)
        {
            if (traits.Kind == CodeKind.Marker)
                continue;
            string name = Codes.NameOf(traits.Code);
            MethodInfo method = methods.GetValueOrDefault(name) ?? methods.GetValueOrDefault(traits.Kind.ToString())
                ?? throw new InvalidOperationException($"{name} has no emitter: no method {name} or {traits.Kind}.");
            unused.Remove(method.Name);
            bound[(int)traits.Code] = method.CreateDelegate<Emitter>();
        }

        return unused.Count == 0
            ? bound
            : throw new InvalidOperationException(
                $"No code has these emitters: {string.Join(", ", unused.Order(StringComparer.Ordinal))}.");
    }
}
