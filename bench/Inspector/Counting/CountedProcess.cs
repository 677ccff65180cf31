using System.Runtime.InteropServices;
using PpcJit.Cli.Reports;
using PpcJit.Inspector.Targets;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Counting;

/// <summary>
/// The process whose host instructions are counted: it runs the subjects on its first thread, and marks where windows
/// begin and end by a signal that nobody but a tracer sees.
/// </summary>
internal static partial class CountedProcess
{
    private const int MillisecondsBetween = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs subjects, once a tracer is there.</summary>
    /// <param name="subjects">What is counted.</param>
    /// <param name="imageOf">Finds a program's image.</param>
    /// <param name="options">Switches of the fast engine.</param>
    /// <param name="file">Receives what the tracer cannot see.</param>
    public static void Run(IEnumerable<Subject> subjects, Func<Subject, string> imageOf, JitOptions options, string file)
    {
        if (!SpinWait.SpinUntil(IsTraced, Patience))
            throw new InvalidOperationException("Nobody traces this process.");
        List<SubjectFacts> facts = [];
        foreach (Subject subject in subjects)
            facts.Add(Run(subject, imageOf(subject), options));
        OutputFile.Write("what was counted, ", file, JsonText.Of(facts));
    }

    private static bool IsTraced()
    {
        Thread.Sleep(MillisecondsBetween);
        return ProcFiles.TracerOf(Environment.ProcessId) != 0;
    }

    private static SubjectFacts Run(Subject subject, string image, JitOptions options)
    {
        using CountedGuest guest = new(subject, image, options);
        WindowPlan windows = subject.Windows;
        guest.Run(windows.WarmUp);
        guest.Engine.HoldsCompiling = true;
        ulong cold = 0;
        for (int n = 0; n < windows.Count; n++)
        {
            guest.Run(windows.Gap);
            long before = guest.Engine.Statistics.ColdInstructions;
            _ = Raise(SteppedThread.Mark);
            guest.Run(windows.Length);
            _ = Raise(SteppedThread.Mark);
            cold += (ulong)(guest.Engine.Statistics.ColdInstructions - before);
        }

        return new SubjectFacts(subject.Name, (ulong)windows.Count * windows.Length, cold, [.. guest.Engine.AllRegions.Select(Describe)]);
    }

    private static RegionFacts Describe(CompiledRegion region) =>
        new(region.EffectiveAddress, (ulong)region.Code, NativeCode.Bytes(region.Code));

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
