using PpcJit.Kernel;
using PpcJit.Kernel.Booting;

namespace PpcJit.Cli.Parsing;

/// <summary>Reads what <c>--flash</c> is given: <c>FILE,size=8M,snapshot</c>; a comma in the file's name is written twice.</summary>
public static class FlashText
{
    private const string Size = "size=";
    private static readonly string[] Known = ["size=SIZE", KeepingText.ReadOnly, KeepingText.Snapshot];

    /// <summary>Reads the description of a flash.</summary>
    /// <exception cref="InputException">The text does not describe a flash.</exception>
    public static FlashOptions Parse(string text)
    {
        List<string> parts = DoubledCommas.Split(text);
        if (parts[0].Length == 0)
            throw new InputException($"--flash {text}: it begins with the name of a file.");
        FlashOptions options = new(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            options = part switch
            {
                KeepingText.ReadOnly or KeepingText.Snapshot => options with { Keeping = KeepingText.Parse("flash", text, part, options.Keeping) },
                _ when part.StartsWith(Size, StringComparison.Ordinal) => options with { Size = Numbers.Size("--flash size", part[Size.Length..]) },
                _ => throw new InputException($"--flash {text}: a flash has no option '{part}'; it has: "
                    + $"{string.Join(", ", Known)}.{NearestName.Question(part, Known)}"),
            };
        }

        return options;
    }
}
