using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>Something that is wrong in a run in which nobody has died: what a check found.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Sentence">What it found, for people.</param>
/// <param name="At">When: the wrong values are in their places then.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Wrong">What is wrong, and so is followed back.</param>
public sealed record Symptom(string Check, string Sentence, Moment At, uint Pc, WrongValue Wrong);
