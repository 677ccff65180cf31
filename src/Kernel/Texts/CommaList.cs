namespace PpcJit.Kernel.Texts;

/// <summary>A part of a list with commas between its parts.</summary>
/// <param name="Text">The part, without the blanks around it.</param>
/// <param name="Position">Where it begins in the list; 0 is the first character.</param>
public readonly record struct ListedPart(string Text, int Position);

/// <summary>Lists with commas between their parts, as options have them.</summary>
public static class CommaList
{
    /// <summary>Takes a list apart. Between two commas there may be nothing, which is a part too.</summary>
    public static IEnumerable<ListedPart> Parts(string text)
    {
        int position = 0;
        foreach (string part in text.Split(','))
        {
            int blanks = part.Length - part.TrimStart().Length;
            yield return new ListedPart(part.Trim(), position + blanks);
            position += part.Length + 1;
        }
    }
}
