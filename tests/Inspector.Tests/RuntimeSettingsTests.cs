using System.Text.Json;
using PpcJit.Bench.Hosting;

namespace PpcJit.Inspector.Tests;

/// <summary>What measures the program runs with the runtime's settings that the program has.</summary>
public sealed class RuntimeSettingsTests
{
    private static readonly string[] Own = ["System.CommandLine.ExecutableName"];

    [Test]
    public void The_inspector_has_the_settings_of_the_program()
    {
        Dictionary<string, string> program = SettingsOf("PpcJit.Cli"), inspector = SettingsOf("PpcJit.Inspector");
        Assert.That(program["System.Runtime.EnableWriteXorExecute"], Is.EqualTo("false").IgnoreCase);
        foreach ((string name, string value) in program.Where(setting => setting.Key.Contains("Tiered", StringComparison.Ordinal)
            || setting.Key.Contains(".GC.", StringComparison.Ordinal) || setting.Key.Contains("WriteXor", StringComparison.Ordinal)))
            Assert.That(inspector.GetValueOrDefault(name), Is.EqualTo(value), name);
        Assert.That(inspector.Keys.Except(program.Keys).Except(Own), Is.Empty);
    }

    [Test]
    public void Everything_that_runs_PpcJit_to_measure_it_takes_them_from_the_same_file(
        [Values("Benchmarks", "Inspector", "Scaling")] string name) =>
        Assert.That(File.ReadAllText(Path.Combine(Repository.Find(name), "bench", name, $"{name}.csproj")),
            Does.Contain("<Import Project=\"../../src/Cli/Runtime.props\" />"));

    private static Dictionary<string, string> SettingsOf(string program)
    {
        string path = Path.Combine(Path.GetDirectoryName(typeof(InspectorCommand).Assembly.Location)!, $"{program}.runtimeconfig.json");
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
        return file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.ToString());
    }
}
