namespace PpcJit.Cli.Parsing;

/// <summary>Text in parts between commas; a comma in a part is written twice.</summary>
internal static class DoubledCommas
{
    /// <summary>Takes the text apart.</summary>
    /// <returns>The parts, at least one.</returns>
    public static List<string> Split(string text)
    {
        List<string> parts = [""];
        for (int n = 0; n < text.Length; n++)
        {
            bool isDoubled = text[n] == ',' && n + 1 < text.Length && text[n + 1] == ',';
            n += isDoubled ? 1 : 0;
            if (text[n] == ',' && !isDoubled)
                parts.Add("");
            else
                parts[^1] += text[n];
        }

        return parts;
    }
}
