using PpcJit.Jit.Settings;

namespace PpcJit.Documents.Tests;

/// <summary>docs/fast-engine.md has a section for each switch, and for nothing that is none.</summary>
public sealed class EngineTests
{
    [Test]
    public void Each_switch_has_its_section_which_says_what_it_is_worth()
    {
        Page page = new("docs/fast-engine.md");
        string[] sections = page.Text.Split("\n### ");
        Dictionary<string, string> written = sections.Skip(1).ToDictionary(section => section[..section.IndexOf('\n')]);
        Assert.That(written.Keys, Is.EquivalentTo(JitOptions.SwitchNames));
        foreach ((string name, string section) in written)
            Assert.That(section, Does.Match(@"\d"), $"{name} has no number");
    }
}
