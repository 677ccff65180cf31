using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>Writes run files of a case, by which a finding can be looked at without the scenario.</summary>
/// <param name="folder">Where they go; null for nowhere.</param>
/// <param name="scenario">The case.</param>
internal sealed class CaseRuns(string? folder, ScenarioCase scenario)
{
    /// <summary>Writes the run of a machine that stands where its guest died, or where something was found.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="name">What the file is called after the case's number.</param>
    /// <param name="text">What was found, for people.</param>
    /// <param name="injected">Where a search injected something; null for nowhere.</param>
    /// <returns>The file, or why there is none; neither when none is wanted.</returns>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public (string? File, string? Lack) Save(CaseMachine machine, string name, string text, Moment? injected = null)
    {
        if (folder is null)
            return (null, null);
        if (machine.Injector.Unsayable is { } reason)
            return (null, $"There is no run file: {reason}.");
        List<NamedMoment> findings = [new(RunFile.Death, machine.Machine.Present, text)];
        if (injected is { } place)
            findings.Insert(0, new NamedMoment("injection", place, "What the search injected."));
        string path = Path.Combine(folder, $"case-{scenario.Index + 1}-{name}.run");
        using OutputFile file = OutputFile.Open("--save-runs ", path);
        machine.Describe(findings).Write(file);
        file.Commit();
        return (path, null);
    }
}
