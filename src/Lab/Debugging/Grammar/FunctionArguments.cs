using PpcJit.Kernel;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>The arguments of a function, where it begins: each is in a register (System V ABI, PowerPC supplement, "Parameter Passing").</summary>
/// <param name="arguments">Those that are in registers, by name.</param>
public sealed class FunctionArguments(IReadOnlyDictionary<string, FunctionArgument> arguments)
{
    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => [.. arguments.Keys];

    /// <summary>Whether there is an argument of a name.</summary>
    public bool Has(string name) => arguments.ContainsKey(name);

    /// <summary>Gives the value of an argument, or of what its pointers lead to.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="members">Names of members, each of the structure to which the value before it points.</param>
    /// <param name="problem">Why there is no such value.</param>
    /// <returns>Null when there is none.</returns>
    internal Expression? Find(string name, IReadOnlyList<string> members, out string problem)
    {
        problem = "";
        FunctionArgument argument = arguments[name];
        Expression value = new RegisterExpression($"r{argument.Register}");
        return members.Count == 0 ? value : MemberPath.Follow(value, argument.Structure?.Invoke(), name, members, out problem);
    }
}

/// <summary>An argument.</summary>
/// <param name="Register">Number of the register that it is in.</param>
/// <param name="Structure">The structure to which it points; null for none.</param>
public sealed record FunctionArgument(int Register, Func<StructureMembers?>? Structure);

/// <summary>A structure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its members by name.</param>
public sealed record StructureMembers(string Name, IReadOnlyDictionary<string, StructureMember> Members)
{
    /// <summary>Finds a member, or one of the structures in this one: <c>inner.first</c>.</summary>
    /// <param name="path">Names, with a full stop between a structure's and its member's.</param>
    /// <param name="problem">Why there is none.</param>
    internal StructureMember? Find(string path, out string problem)
    {
        problem = "";
        StructureMembers structure = this;
        uint offset = 0;
        string[] names = path.Split('.');
        for (int n = 0; ; n++)
        {
            if (!structure.Members.TryGetValue(names[n], out StructureMember? found))
            {
                string[] valid = [.. structure.Members.Keys];
                problem = $"{structure.Name} has no member {GrammarError.Quote(names[n])}.{NearestName.Question(names[n], valid)} There is: "
                    + $"{string.Join(", ", valid)}.";
                return null;
            }

            if (n == names.Length - 1)
                return found with { Offset = offset + found.Offset };
            offset += found.Offset;
            if (found.Embedded?.Invoke() is not { } inner)
            {
                problem = $"{GrammarError.Quote(string.Join('.', names[..(n + 1)]))} of {structure.Name} is no structure.";
                return null;
            }

            structure = inner;
        }
    }
}

/// <summary>A member of a structure.</summary>
/// <param name="Offset">Bytes ahead of it.</param>
/// <param name="Size">Bytes: 1, 2 or 4; 0 for what is no number.</param>
/// <param name="Structure">The structure to which it points; null for none.</param>
public sealed record StructureMember(uint Offset, int Size, Func<StructureMembers?>? Structure)
{
    /// <summary>Where a bit field is in the word: how far to shift to the right, and the bits that are left; null for no bit field.</summary>
    public (int Shift, uint Mask)? Bits { get; init; }

    /// <summary>The structure or union that it is itself; null for none.</summary>
    public Func<StructureMembers?>? Embedded { get; init; }
}
