using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>
/// Reads texts of a section to which entries refer by place, such as <c>.debug_str</c>. Four bytes of an entry can refer to a text of any length, and
/// each place of a long text begins another one: each is read once, and all together are bounded.
/// </summary>
/// <param name="section">The section; null when there is none.</param>
internal sealed class DwarfTexts(ImageBytes? section)
{
    /// <summary>Most characters of all texts together: several times those of a kernel.</summary>
    private const int MaxCharacters = 64 << 20;

    private readonly Dictionary<uint, string> _known = [];
    private int _characters;

    /// <summary>Gives the text at a place; null when there is no such section.</summary>
    /// <exception cref="InputException">It does not end, or there are too many.</exception>
    public string? At(uint place)
    {
        if (section is null)
            return null;
        if (_known.TryGetValue(place, out string? known))
            return known;
        string text = new DwarfReader(section, place).Text();
        _characters += text.Length;
        return _characters <= MaxCharacters ? _known[place] = text
            : throw section.Bad($"its debug information is damaged: its names have more than {MaxCharacters >> 20} million characters");
    }
}
