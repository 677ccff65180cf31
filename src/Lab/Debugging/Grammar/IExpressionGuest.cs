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
}
