namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>Follows pointers from member to member.</summary>
internal static class MemberPath
{
    /// <summary>Gives the value of a member of what pointers lead to.</summary>
    /// <param name="value">A pointer.</param>
    /// <param name="structure">The structure to which it points; null for none.</param>
    /// <param name="what">What messages call the pointer.</param>
    /// <param name="members">Names of members, each of the structure to which the value before it points.</param>
    /// <param name="problem">Why there is no such value.</param>
    /// <returns>Null when there is none.</returns>
    public static Expression? Follow(
        Expression value, StructureMembers? structure, string what, IReadOnlyList<string> members, out string problem)
    {
        problem = "";
        foreach (string member in members)
        {
            if (structure is null)
            {
                problem = $"{GrammarError.Quote(what)} does not point to a structure.";
                return null;
            }

            if (structure.Find(member, out problem) is not { } found)
                return null;
            Expression address = new BinaryExpression("+", value, new NumberExpression(found.Offset));

            // What is no number, an array above all, is worth its address, as in C.
            value = found.Size is 1 or 2 or 4 ? new MemoryExpression(address, found.Size) : address;
            if (found.Bits is var (shift, mask))
                value = new BinaryExpression("&", new BinaryExpression(">>", value, new NumberExpression((ulong)shift)), new NumberExpression(mask));
            structure = found.Structure?.Invoke();
            what = $"{what}->{member}";
        }

        return value;
    }
}
