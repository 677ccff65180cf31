using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential;
using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Lab.Tests.Differential;

/// <summary>Every file under tests/cases runs on both engines, with each kind of switch, and ends as it says.</summary>
internal sealed class CaseFilesTests
{
    private static readonly (string Name, JitOptions Options)[] Settings =
    [
        ("eager", new JitOptions { Threshold = 1 }),
        ("warm", new JitOptions { Threshold = 3 }),
        ("cold", new JitOptions { Regions = false }),
        ("plain", new JitOptions { Threshold = 1, FuseCompare = false, DeadValues = false }),
        ("single", new JitOptions { Threshold = 1, RegionSize = 1 }),
        ("short", new JitOptions { Threshold = 1, RegionSize = 5 }),
    ];

    private static IEnumerable<TestCaseData> Files()
    {
        foreach (string path in Directory.GetFiles(Folder(), "*.case").Order(StringComparer.Ordinal))
        {
            foreach ((string name, JitOptions _) in Settings)
                yield return new TestCaseData(path, name).SetArgDisplayNames(Path.GetFileNameWithoutExtension(path), name);
        }
    }

    [TestCaseSource(nameof(Files))]
    public void A_case_ends_as_its_file_says(string path, string setting)
    {
        TestCase run = CaseParser.Parse(Path.GetFileName(path), File.ReadAllText(path));
        using CaseRunner runner = new();
        IReadOnlyList<StateDifference> differences = runner.Run(run, Settings.Single(one => one.Name == setting).Options);
        Assert.That(differences, Is.Empty);
    }

    private static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string cases = Path.Combine(folder.FullName, "tests", "cases");
            if (Directory.Exists(cases))
                return cases;
        }

        throw new DirectoryNotFoundException("No folder above the tests has tests/cases.");
    }
}
