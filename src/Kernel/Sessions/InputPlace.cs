namespace PpcJit.Kernel.Sessions;

/// <summary>Something that enters a run from outside: a key, or a frame.</summary>
/// <param name="Count">The count at which it enters.</param>
/// <param name="Line">The serial line, 0 for the console; -1 for a frame.</param>
/// <param name="Link">The cable; -1 for a key.</param>
/// <param name="Number">Its number among all of that line, from 0.</param>
public readonly record struct InputPlace(ulong Count, int Line, int Link, int Number);
