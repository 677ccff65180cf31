namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>The types of a guest's program, where it has debug information.</summary>
public interface IProgramTypes
{
    /// <summary>Gives the structure that a variable is, or to which it points; null when it is no such variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isPointer">Whether it points to it.</param>
    StructureMembers? OfVariable(string name, out bool isPointer);

    /// <summary>Gives a structure or union by its tag; null when there is none.</summary>
    StructureMembers? Structure(string tag);
}
