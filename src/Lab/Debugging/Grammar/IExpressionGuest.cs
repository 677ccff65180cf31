using PpcJit.Lab.Kernels;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>A guest as expressions see it. Nothing that they read changes it.</summary>
public interface IExpressionGuest
{
    /// <summary>The core.</summary>
    Processor Processor { get; }

    /// <summary>Reads memory by effective address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when nothing is mapped there.</returns>
    bool TryRead(uint address, int size, out uint value);

    /// <summary>Finds the address of a symbol.</summary>
    bool TryFindSymbol(string name, out uint address);

    /// <summary>Finds a function with all that it covers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="first">Effective address of its first byte.</param>
    /// <param name="size">Bytes.</param>
    bool TryFindFunction(string name, out uint first, out uint size)
    {
        size = 4;
        return TryFindSymbol(name, out first);
    }

    /// <summary>The types of its program; null where it has no debug information.</summary>
    IProgramTypes? Types => null;

    /// <summary>The guest's kernel, as far as it is known; null for nothing.</summary>
    GuestKernel? Kernel => null;

    /// <summary>The return address of the function that runs; null when it is not known.</summary>
    uint? Caller => null;

    /// <summary>The name of the lwp or task that runs, empty for one without a name; null when it is not known which one does.</summary>
    string? RunningTask => null;

    /// <summary>
    /// Whether r1 points into a stack that no lwp had where a search made its first injection; null when it is not known, or
    /// outside of such a search.
    /// </summary>
    bool? IsOnNewStack => null;
}
