using PpcJit.Inspector.Soaking;

namespace PpcJit.Inspector.Counting;

/// <summary>Assembles the texts of <see cref="Idioms"/>.</summary>
internal static class IdiomText
{
    /// <summary>A branch to itself, with which an idiom is filled up to a place.</summary>
    private const string Filler = "b 0";

    private const string Origin = "org ";
    private const string Constant = "set ";

    /// <summary>The words of an idiom.</summary>
    public static uint[] Words(string text)
    {
        string[] lines = [.. text.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(Parts)];
        HashSet<string> labels = [.. lines.Where(line => line.EndsWith(':')).Select(line => line[..^1])];
        ProgramText program = new();
        int place = 0;
        foreach (string line in lines)
        {
            if (line.EndsWith(':'))
                program.Label(line[..^1]);
            else if (line.StartsWith(Origin, StringComparison.Ordinal))
                Fill(program, ref place, Convert.ToInt32(line[Origin.Length..], 16) / sizeof(uint));
            else
                Add(program, ref place, line, labels);
        }

        return program.Words();
    }

    private static void Fill(ProgramText program, ref int place, int until)
    {
        for (; place < until; place++)
            program.Add(Filler);
    }

    private static void Add(ProgramText program, ref int place, string line, HashSet<string> labels)
    {
        int cut = line.LastIndexOfAny([' ', ',']);
        if (cut > 0 && labels.Contains(line[(cut + 1)..]))
            program.Branch(line[..cut], line[(cut + 1)..]);
        else
            program.Add(line);
        place++;
    }

    /// <summary>The labels and instructions that a line has.</summary>
    private static IEnumerable<string> Parts(string line)
    {
        if (line.Split(": ", 2) is [var label, var rest])
            return [$"{label}:", .. Parts(rest)];
        if (!line.StartsWith(Constant, StringComparison.Ordinal))
            return [line];
        string[] words = line[Constant.Length..].Split(',');
        uint value = Convert.ToUInt32(words[1], 16);
        return [$"addis {words[0]},r0,{(short)(value >> 16)}", $"ori {words[0]},{words[0]},{value & 0xffff}"];
    }
}
