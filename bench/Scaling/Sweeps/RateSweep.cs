using System.Diagnostics;
using PpcJit.Jit.Settings;
using PpcJit.Scaling.Guests;
using PpcJit.Scaling.Reports;

namespace PpcJit.Scaling.Sweeps;

/// <summary>A figure of the jit beside its rate.</summary>
/// <param name="Title">What it is, for people.</param>
/// <param name="Figure">Which figure of the engine's statistics.</param>
/// <param name="Instructions">Guest instructions for which its rise is given.</param>
internal sealed record RateNote(string Title, string Figure, double Instructions);

/// <summary>
/// Measures how fast guests of growing size run in the steady state. At each size the contenders take turns.
/// </summary>
/// <param name="name">Short name.</param>
/// <param name="title">What is varied.</param>
/// <param name="xTitle">What the sizes count.</param>
/// <param name="inBytes">Whether they are bytes.</param>
/// <param name="create">Makes the guest of a size.</param>
internal sealed class RateSweep(string name, string title, string xTitle, bool inBytes, Func<int, GuestImage> create)
{
    /// <summary>
    /// In the steady state it makes no difference how often a place had to be jumped to, and compiling at once comes
    /// there in time: with many places the queue of the second thread takes longer than anybody waits for a point of a
    /// curve. Whether compiling pays does not count either.
    /// </summary>
    private static readonly JitOptions Steady = new() { Background = false, Threshold = 8, CompilesUnpaid = true };

    /// <summary>
    /// A guest that still compiles after this many seconds has no steady state without compiling: what it needs is
    /// dropped again and again.
    /// </summary>
    private static readonly TimeSpan MaxWarmUp = TimeSpan.FromSeconds(40);

    /// <summary>Longer than the code of a generation lasts at <see cref="MaxSmall"/>.</summary>
    private const double GenerationSeconds = 3;

    /// <summary>The largest size that the small code limit is measured at.</summary>
    private const int MaxSmall = 4096;

    /// <summary>Where something is known to end.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];

    /// <summary>Instructions of a size in which everything runs often enough to be compiled.</summary>
    public Func<int, ulong> Look { get; init; } = _ => 20_000_000;

    /// <summary>Further figures of the jit.</summary>
    public IReadOnlyList<RateNote> Notes { get; init; } = [];

    /// <summary>
    /// When the jit as people start it is measured too: seconds of processor time after its start; null for not.
    /// </summary>
    public double? EarlyAt { get; init; }

    /// <summary>
    /// A further code limit with which the jit is measured; null for none. What code costs that is dropped and compiled
    /// again depends on how soon it is compiled, so the threshold is the usual one there.
    /// </summary>
    public int? SmallCodeLimit { get; init; }

    /// <summary>Runs the sweep.</summary>
    public Sweep Run(IReadOnlyList<int> sizes, SweepSettings settings)
    {
        Curve jit = new("jit", "PpcJit"), cold = new("cold", "PpcJit, cold tier"), qemu = new("qemu", "QEMU");
        Curve early = new("early", $"PpcJit, {EarlyAt:0.#} s after its start");
        Curve limited = new("limited", FormattableString.Invariant($"PpcJit, code limit {SmallCodeLimit:#,0}"));
        Curve[] notes = [.. Notes.Select(note => new Curve(note.Figure, note.Title))];
        foreach (int size in sizes)
        {
            GuestImage guest = create(size);
            byte[] endless = guest.ToElf(null);
            using BareMachine fast = new(endless, Steady), slow = new(endless, new JitOptions { Regions = false });
            using BareMachine? small = SmallCodeLimit is { } limit && size <= MaxSmall
                ? new BareMachine(endless, new JitOptions { Background = false, CodeLimit = limit })
                : null;
            using QemuRuns? peer = settings.WithQemu ? new QemuRuns(guest, settings.Window) : null;
            WarmUp(fast, Look(size));
            if (small is not null)
                WarmUp(small, LookOfUsual(size));
            slow.Run(Look(size));
            for (int round = 0; round < settings.Rounds; round++)
            {
                jit.Add(size, Measure(fast, settings.Window, notes, size));
                cold.Add(size, slow.Rate(settings.Window) / 1e6);
                if (peer is not null)
                    qemu.Add(size, peer.Rate() / 1e6);
                if (small is not null)
                    limited.Add(size, small.Rate(small.Engine.Statistics.Generations > 0 ? GenerationSeconds : settings.Window) / 1e6);
                if (EarlyAt is { } seconds)
                    early.Add(size, Early(endless, seconds, settings.Window));
            }

            settings.Progress($"{name} {size}: {string.Join(", ", from curve in (Curve[])[jit, early, limited, cold, qemu]
                where curve.At(size) is not null
                select FormattableString.Invariant($"{curve.Title} {curve.At(size)!.Value.Median:F1} MIPS"))}");
        }

        return new Sweep(name, title, xTitle, inBytes, "million instructions per CPU-second", Costs: false,
            [.. ((Curve[])[jit, early, limited, cold, qemu]).Where(curve => curve.Values.Count > 0)], Marks, notes);
    }

    /// <summary>Instructions of a size in which everything becomes hot by the usual threshold.</summary>
    private ulong LookOfUsual(int size) => Look(size) / (ulong)Steady.Threshold * (ulong)new JitOptions().Threshold;

    private double Measure(BareMachine machine, double window, Curve[] notes, int size)
    {
        ulong before = machine.Count;
        double rate = machine.Rate(window);
        for (int n = 0; n < notes.Length; n++)
            notes[n].Add(size, machine.Rise(Notes[n].Figure) * Notes[n].Instructions / (machine.Count - before));
        return rate / 1e6;
    }

    /// <summary>
    /// Runs until a while has passed in which nothing was compiled; ends early where code is dropped and compiled for
    /// ever.
    /// </summary>
    private static void WarmUp(BareMachine machine, ulong look)
    {
        long regions = -1, start = Stopwatch.GetTimestamp();
        while (regions != machine.Engine.Statistics.Regions && machine.Engine.Statistics.Generations == 0
            && Stopwatch.GetElapsedTime(start) < MaxWarmUp)
        {
            regions = machine.Engine.Statistics.Regions;
            machine.Run(look);
        }
    }

    private static double Early(byte[] image, double seconds, double window)
    {
        using BareMachine machine = new(image, new JitOptions());
        machine.Rate(seconds);
        return machine.Rate(window) / 1e6;
    }
}
