using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Inspector.Launching;
using PpcJit.Inspector.Targets;
using PpcJit.Kernel.Files;

namespace PpcJit.Inspector.Counting;

/// <summary>Counts the host instructions of QEMU in the same programs: its thread for the guest is stepped through windows.</summary>
internal static class PeerCounter
{
    /// <summary>QEMU does not say how far its guest is, so windows are so many host instructions long, between times of its processor.</summary>
    private const int Windows = 12, Length = 20_000;

    private const int MillisecondsBetween = 40;

    /// <summary>Seconds of processor time before the first window.</summary>
    private const double WarmUp = 1;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Counts.</summary>
    /// <param name="subjects">
    /// What; idioms, which no image has, are left out, and programs in Linux, of which QEMU does not tell when they have begun.
    /// </param>
    /// <param name="imageOf">Finds a program's image.</param>
    /// <param name="progress">Told what was counted.</param>
    /// <exception cref="BenchException">QEMU is not installed, or failed.</exception>
    public static IReadOnlyList<PeerCount> Count(
        IReadOnlyList<Subject> subjects, Func<Subject, string> imageOf, Action<string> progress)
    {
        if (!Qemu.IsInstalled)
            throw new BenchException($"--qemu: {Qemu.HowToInstall}.");
        List<PeerCount> counts = [];
        foreach (Subject subject in subjects.Where(subject => subject.Kind == SubjectKind.Bare))
        {
            PeerCount count = Count(subject, imageOf(subject));
            progress($"{subject.Name}: {count.Instructions:N0} guest instructions on QEMU");
            counts.Add(count);
        }

        return counts;
    }

    private static PeerCount Count(Subject subject, string image)
    {
        using PassingFile log = new("QEMU's log,", []);
        string[] command = Qemu.Command(
            image, "-append", subject.Text, "-name", "debug-threads=on", "-d", "in_asm,out_asm", "-D", log.FilePath);
        List<ulong>[] windows = [.. Enumerable.Range(0, Windows).Select(_ => new List<ulong>(Length))];
        using (Launch launch = Launch.Start(command, []))
        {
            while (ProcFiles.CpuSecondsOf(launch.Id) < WarmUp)
            {
                if (launch.EndsWithin(Moment))
                    throw new BenchException($"{subject.Name}: QEMU ended; it said: {launch.Output}", ExitCode.Failure);
            }

            int guest = GuestThread(launch.Id);
            foreach (List<ulong> window in windows)
            {
                Thread.Sleep(MillisecondsBetween);
                using SteppedThread thread = SteppedThread.Of(guest);
                thread.Step(window.Add, Length);
            }
        }

        PeerCount count = new(subject.Name);
        using StreamReader reader = new(log.FilePath);
        PeerCode code = PeerCode.Read(reader);
        foreach (List<ulong> window in windows)
            count.Add(window, code);
        return count.Instructions > 0
            ? count
            : throw new BenchException($"{subject.Name}: QEMU executed no code that its log tells of.", ExitCode.Failure);
    }

    private static int GuestThread(int process)
    {
        foreach (int thread in ProcFiles.ThreadsOf(process))
        {
            if (ProcFiles.NameOf(process, thread).EndsWith("/TCG", StringComparison.Ordinal))
                return thread;
        }

        throw new BenchException("--qemu: QEMU has no thread for its guest.", ExitCode.Failure);
    }
}
