namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>
/// A value in a scenario: a number, a register as it is at the time, or the address of a symbol, each with an offset; in brackets, the word in memory there:
/// <c>table+8</c>, <c>r1-0x10</c>, <c>[cpu_info+8]-4</c>.
/// </summary>
/// <param name="Base">The number, symbol or register.</param>
/// <param name="IsMemory">Whether the word there is meant.</param>
/// <param name="Displacement">What is added in the end.</param>
public sealed record Operand(SymbolReference Base, bool IsMemory, uint Displacement);
