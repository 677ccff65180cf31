namespace PpcJit.Lab.Differential.Judging;

/// <summary>A random program without privileges, and the state in which it starts.</summary>
/// <param name="Registers">r0 to r31, CR, XER, CTR and LR.</param>
/// <param name="Scratch">The words at <see cref="JudgeImage.ScratchStart"/>.</param>
/// <param name="Code">Its instructions; it ends after the last.</param>
public sealed record JudgedProgram(IReadOnlyList<uint> Registers, IReadOnlyList<uint> Scratch, IReadOnlyList<uint> Code);
