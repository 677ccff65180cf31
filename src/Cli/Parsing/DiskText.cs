using PpcJit.Kernel;
using PpcJit.Kernel.Booting;

namespace PpcJit.Cli.Parsing;

/// <summary>Reads what <c>--disk</c> is given: <c>FILE,snapshot</c>; a comma in the file's name is written twice.</summary>
public static class DiskText
{
    private static readonly string[] Known = [KeepingText.ReadOnly, KeepingText.Snapshot];

    /// <summary>Reads the description of a disk.</summary>
    /// <exception cref="InputException">The text does not describe a disk.</exception>
    public static DiskOptions Parse(string text)
    {
        List<string> parts = DoubledCommas.Split(text);
        if (parts[0].Length == 0)
            throw new InputException($"--disk {text}: it begins with the name of a file.");
        DiskOptions options = new(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            if (!Known.Contains(part))
                throw new InputException($"--disk {text}: a disk has no option '{part}'; it has: "
                    + $"{string.Join(", ", Known)}.{NearestName.Question(part, Known)}");
            options = options with { Keeping = KeepingText.Parse("disk", text, part, options.Keeping) };
        }

        return options;
    }
}
