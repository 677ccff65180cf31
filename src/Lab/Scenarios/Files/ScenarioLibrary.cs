using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Guests;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>The scenarios that every copy of the emulator carries.</summary>
public static class ScenarioLibrary
{
    private const string Suffix = ".yaml";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(ScenarioLibrary).Assembly.GetManifestResourceNames().Where(file =>
            file.EndsWith(Suffix, StringComparison.Ordinal)).Select(file => file[..^Suffix.Length]).Order()];

    /// <summary>Reads a scenario by its name, or a file by its path.</summary>
    /// <param name="nameOrPath">What a person wrote.</param>
    /// <param name="set">Settings that the person fixed.</param>
    /// <exception cref="InputException">There is neither, or it cannot be used.</exception>
    public static Scenario Read(string nameOrPath, IReadOnlyDictionary<string, string> set)
    {
        if (Names.Contains(nameOrPath))
            return ScenarioReader.Read(nameOrPath + Suffix, Encoding.UTF8.GetString(
                new EmbeddedImage(typeof(ScenarioLibrary).Assembly, nameOrPath + Suffix).Contents.Span), set);
        if (!File.Exists(nameOrPath) && !nameOrPath.Contains('/') && !nameOrPath.EndsWith(Suffix, StringComparison.Ordinal))
            throw new InputException($"There is no scenario '{nameOrPath}', and no file of that "
                + $"name.{NearestName.Question(nameOrPath, Names)} There is: {string.Join(", ", Names)}.");
        return ScenarioReader.ReadFile(nameOrPath, set);
    }
}
