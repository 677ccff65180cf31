namespace PpcJit.Lab.Kernels;

/// <summary>Tells where the members of a program's structures are, by what its compiler wrote down.</summary>
public interface IStructureLayouts
{
    /// <summary>Finds a member of a structure.</summary>
    /// <param name="structure">The structure's tag.</param>
    /// <param name="member">The member's name; that of a member of a member after a dot.</param>
    /// <param name="offset">Bytes ahead of it.</param>
    /// <returns>False when there is no such structure or member.</returns>
    bool TryFind(string structure, string member, out uint offset);

    /// <summary>Finds how many bytes a structure has.</summary>
    /// <returns>False when there is no such structure.</returns>
    bool TrySize(string structure, out uint size);
}
