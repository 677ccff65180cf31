using PpcJit.Kernel;

namespace PpcJit.Lab.Kernels;

/// <summary>The kernels that are known.</summary>
public static class KernelCatalog
{
    /// <summary>The name that leaves the choice to the guest's symbols.</summary>
    public const string Auto = "auto";

    /// <summary>The name for a kernel of which nothing is known.</summary>
    public const string None = "none";

    private static readonly KnownKernel[] Known = [new NetBsdIbm4xx(), new Linux40x()];

    /// <summary>All names that <c>kernel:</c> and <c>--kernel</c> take, with what each means.</summary>
    public static IReadOnlyList<KernelName> All { get; } =
    [
        new(Auto, "recognised by the guest's symbols, where it is one of these"),
        .. Known.Select(kernel => new KernelName(kernel.Name, kernel.Title)),
        new(None, "nothing but what further keys say"),
    ];

    /// <summary>Refuses a name that is none.</summary>
    /// <exception cref="InputException">It is none; the message names those that there are.</exception>
    public static string Check(string name) => All.Any(known => known.Name == name) ? name : throw new InputException(Unknown(name));

    /// <summary>Says that there is no kernel of a name.</summary>
    public static string Unknown(string name)
    {
        string[] names = [.. All.Select(known => known.Name)];
        return $"there is no kernel '{name}'.{NearestName.Question(name, names)} There is: {string.Join(", ", names)}.";
    }

    /// <summary>Chooses by name; null for one of which nothing is known.</summary>
    /// <exception cref="InputException">The guest lacks symbols of the kernel that is named.</exception>
    internal static KnownKernel? Choose(string name, KernelFacts facts)
    {
        if (name == Auto)
            return Known.FirstOrDefault(kernel => kernel.IsIn(facts));
        if (Known.FirstOrDefault(kernel => kernel.Name == name) is not { } chosen)
            return null;
        string[] missing = [.. chosen.NeededSymbols.Where(symbol => facts.Find(symbol) is null)];
        if (missing.Length == 0)
            return chosen;
        string lack = facts.Symbols.Count == 0 ? "it has no symbols; --symbols, or 'symbols:' in a scenario, may name some" : "it has none of "
            + $"{string.Join(", ", missing)}";
        throw new InputException($"The guest cannot be the kernel {name}: {lack}.");
    }
}

/// <summary>A name by which a person says which kernel a guest has.</summary>
/// <param name="Name">The name.</param>
/// <param name="Title">What it means.</param>
public sealed record KernelName(string Name, string Title);
