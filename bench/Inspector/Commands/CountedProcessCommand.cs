using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Inspector.Counting;
using PpcJit.Inspector.Timelines;
using PpcJit.Jit.Settings;

namespace PpcJit.Inspector.Commands;

/// <summary>The process that <c>count</c> starts and steps through.</summary>
internal static class CountedProcessCommand
{
    /// <summary>Creates the command, which the help does not show.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE");
        Argument<string> names = new("NAMES");
        Option<string[]> settings = CountCommand.JitSettings();
        Option<string?> images = LinuxImage.Option();
        Command command = new(Counter.Verb, "What 'count' counts.") { file, names, settings, images };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            JitOptions options = Options(parsed.GetValue(settings) ?? []);
            string? folder = parsed.GetValue(images);
            CountedProcess.Run(CountCommand.Chosen(parsed.GetValue(names)), subject => ImageOf(subject, folder), options,
                parsed.GetRequiredValue(file));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>
    /// The switches as options; the guest waits for each compilation, so that every run is the same, and idioms in which each turn computes the
    /// same as the one before are not skipped as waiting.
    /// </summary>
    /// <exception cref="BenchException">There is no such switch.</exception>
    public static JitOptions Options(IEnumerable<string> settings)
    {
        JitOptions options = new() { Background = false, SkipIdle = false };
        foreach (string setting in settings)
        {
            if (!options.TryApply(setting, out options))
                throw new BenchException($"--jit-opt {setting}: there is {JitOptions.Known}.");
        }

        return options;
    }

    /// <summary>The image of a program.</summary>
    /// <param name="subject">The program.</param>
    /// <param name="folder">Folder of the Linux guest's images; null for the usual one.</param>
    public static string ImageOf(Subject subject, string? folder) => subject.Kind == SubjectKind.Linux
        ? LinuxImage.Find(folder)
        : Path.Combine(Repository.Find("Inspector"), "guests", "work", "work.elf");
}
