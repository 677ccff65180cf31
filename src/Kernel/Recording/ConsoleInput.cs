namespace PpcJit.Kernel.Recording;

/// <summary>A byte that entered the guest's console.</summary>
/// <param name="Count">Number of completed instructions when it entered.</param>
/// <param name="Value">The byte.</param>
public readonly record struct ConsoleInput(ulong Count, byte Value);
