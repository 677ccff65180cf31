using System.Text.Json;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Inspector.Launching;
using PpcJit.Inspector.Targets;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Counting;

/// <summary>Starts the counted process and steps through the windows of its subjects.</summary>
internal static class Counter
{
    /// <summary>Name of the verb that the counted process is started with.</summary>
    public const string Verb = "counted";

    /// <summary>
    /// The instruction sets that only some hosts have are not used. What is left, AVX2 and what came with it, all have.
    /// </summary>
    public static IReadOnlyList<string> HostSettings { get; } =
        ["DOTNET_EnableAPX=0", "DOTNET_EnableAVX10v1=0", "DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0"];

    /// <summary>
    /// Steps in a window, for each guest instruction, that are too many: something is being compiled. A collection of garbage, which
    /// may come in any window, takes half a million.
    /// </summary>
    private const long MaxStepsPerInstruction = 3000;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    /// <summary>Counts.</summary>
    /// <param name="subjects">What.</param>
    /// <param name="settings">Switches of the fast engine.</param>
    /// <param name="images">Folder of the Linux guest's images; null for the usual one.</param>
    /// <param name="progress">Told what was counted.</param>
    /// <exception cref="BenchException">It cannot be traced, or the process failed.</exception>
    public static IReadOnlyList<SubjectCount> Count(
        IReadOnlyList<Subject> subjects, IReadOnlyList<string> settings, string? images, Action<string> progress)
    {
        using PassingFile file = new("what was counted,", []);
        string[] command = ["dotnet", typeof(Counter).Assembly.Location, Verb, file.FilePath, string.Join(',', subjects.Select(one => one.Name)),
            .. settings.SelectMany(setting => (string[])["--jit-opt", setting]), .. images is null ? [] : (string[])["--images", images]];
        using Launch launch = Launch.Start(command, [.. LauncherSettings.Read("Inspector"), .. HostSettings]);
        Dictionary<ulong, long>[] visits = [.. subjects.Select(_ => new Dictionary<ulong, long>())];
        using (SteppedThread thread = SteppedThread.Of(launch.Id))
        {
            for (int n = 0; n < subjects.Count; n++)
            {
                if (!StepThrough(thread, subjects[n].Windows, visits[n]))
                    throw new BenchException($"{subjects[n].Name}: a window did not end; PpcJit said: {launch.Output}", ExitCode.Failure);
                progress($"{subjects[n].Name}: {visits[n].Values.Sum():N0} steps");
            }
        }

        if (!launch.EndsWithin(Moment) || launch.ExitCode != 0)
            throw new BenchException($"the counted process failed: {launch.Output}", ExitCode.Failure);
        SubjectFacts[] facts = JsonSerializer.Deserialize<SubjectFacts[]>(File.ReadAllBytes(file.FilePath), JsonText.StrictForm)!;
        return [.. facts.Select((one, n) => SubjectCount.Of(one, visits[n]))];
    }

    private static bool StepThrough(SteppedThread thread, WindowPlan windows, Dictionary<ulong, long> visits)
    {
        for (int n = 0; n < windows.Count; n++)
        {
            if (!thread.Run() || !thread.Step(visits, MaxStepsPerInstruction * (long)windows.Length))
                return false;
        }

        return true;
    }
}
