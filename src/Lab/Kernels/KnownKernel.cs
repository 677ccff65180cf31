using PpcJit.Kernel.Loading;

namespace PpcJit.Lab.Kernels;

/// <summary>A kind of kernel whose structures are known.</summary>
internal abstract class KnownKernel
{
    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a few words.</summary>
    public abstract string Title { get; }

    /// <summary>Symbols without which nothing of it can be found.</summary>
    public abstract IReadOnlyList<string> NeededSymbols { get; }

    /// <summary>Further symbols of which one must be there for the kernel to be recognised.</summary>
    public abstract IReadOnlyList<string> Marks { get; }

    /// <summary>Whether a guest has this kernel, by its symbols.</summary>
    public bool IsIn(KernelFacts facts) => facts.Has([.. NeededSymbols]) && Marks.Any(mark => facts.Find(mark) is not null);

    /// <summary>Gives what the symbols alone say.</summary>
    public abstract KernelDescription Begin(KernelFacts facts);

    /// <summary>
    /// Names for code that the symbols have elsewhere or not at all: what runs with translation off, and copies of exception vectors. Empty for none.
    /// </summary>
    public abstract IEnumerable<Symbol> LowCode(KernelFacts facts);

    /// <summary>Whether memory already holds enough to find the rest, by a look that costs next to nothing.</summary>
    public abstract bool IsReady(KernelFacts facts, GuestKernel guest);

    /// <summary>Adds what debug information or the structures in memory say, where all of it makes sense.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="basis">What <see cref="Begin"/> gave.</param>
    /// <param name="guest">Reads the guest as <paramref name="basis"/> maps it.</param>
    /// <param name="lack">In a few words what could not be found; null when all was.</param>
    /// <returns>Null when lwps cannot be found.</returns>
    public abstract KernelDescription? Complete(KernelFacts facts, KernelDescription basis, GuestKernel guest, out string? lack);
}
