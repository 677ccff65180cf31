namespace PpcJit.Lab.Kernels;

/// <summary>The registers with which an lwp goes on that does not run now, as far as its kernel has saved them.</summary>
/// <param name="Pc">Where it goes on.</param>
/// <param name="StackPointer">r1 there.</param>
/// <param name="General">General registers by number; null for those that nobody needs any more.</param>
/// <param name="Cr">CR; null when it is not saved.</param>
public sealed record SavedRegisters(uint Pc, uint StackPointer, IReadOnlyList<uint?> General, uint? Cr);
