using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PpcJit.Bench;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Inspector.Timelines;

/// <summary>A value that was measured, with what it may be.</summary>
/// <param name="What">What it is.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">The value that is bounded.</param>
/// <param name="Bound">The most that it may be.</param>
/// <param name="Detail">What else there is to know of it.</param>
internal sealed record TimelineFigure(string What, string Unit, double Value, double Bound, string Detail)
{
    /// <summary>Whether it is below its bound.</summary>
    public bool Holds => Value < Bound;
}

/// <summary>Measures what looking back over a boot of Linux takes.</summary>
/// <param name="image">The image without a wrapper.</param>
/// <param name="rounds">How often a boot is measured; half as many steps, moments and so on again.</param>
/// <param name="tell">Told what is being done.</param>
internal sealed class TimelineMeasure(string image, int rounds, Action<string> tell)
{
    private const uint KernelBase = 0xc0000000;
    private const ulong Misses = 1_000_000;

    /// <summary>Measures everything.</summary>
    public IReadOnlyList<TimelineFigure> Run()
    {
        List<TimelineFigure> figures = [];
        tell("booting, to let the runtime compile the emulator ...");
        Boot(TimelineOptions.Quiet);
        Boot(history: null);
        figures.Add(Upkeep());
        using BootedLinux linux = new(image, new TimelineOptions());
        linux.Boot();
        figures.Add(Checkpoints(linux.Machine.Count));
        figures.Add(StepsBack(linux));
        figures.Add(Moments(linux));
        figures.Add(LastWrite(linux));
        figures.Add(ConditionalBreakpoint());
        return figures;
    }

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Text(double value) => value.ToString(value < 10 ? "F2" : "F0", CultureInfo.InvariantCulture);

    /// <summary>Gives the CPU time of a boot, in milliseconds, of all threads.</summary>
    private double Boot(TimelineOptions? history)
    {
        using BootedLinux linux = new(image, history);
        GC.Collect();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        linux.Boot();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    /// <summary>
    /// What the history costs that every boot keeps. Other work on the host only adds to a time, so the least of many is nearest
    /// to the truth.
    /// </summary>
    private TimelineFigure Upkeep()
    {
        tell("comparing boots with and without history ...");
        List<double> with = [], without = [];
        for (int round = 0; round < rounds; round++)
        {
            // Each goes first as often as the other.
            if (round % 2 == 0)
                without.Add(Boot(history: null));
            with.Add(Boot(TimelineOptions.Quiet));
            if (round % 2 != 0)
                without.Add(Boot(history: null));
        }

        double share = 100 * ((with.Min() / without.Min()) - 1);
        double medians = 100 * ((Spread.Of(with)!.Value.Median / Spread.Of(without)!.Value.Median) - 1);
        return new TimelineFigure(
            "upkeep of the history that every boot keeps", "% of its CPU time", share, 3,
            $"least of {rounds} boots each, {Text(with.Min())} and {Text(without.Min())} ms; by medians {Text(medians)} %");
    }

    /// <summary>What a checkpoint costs in the middle of a boot, as close to each other as when somebody looks back.</summary>
    private TimelineFigure Checkpoints(ulong end)
    {
        tell("taking checkpoints of a booting Linux ...");
        List<double> times = [];
        ulong spacing = new TimelineOptions().Spacing;
        for (int round = 0; round < Math.Max(2, rounds / 2); round++)
        {
            using BootedLinux linux = new(image, new TimelineOptions { Spacing = ulong.MaxValue });
            for (ulong count = spacing; linux.Machine.Run(count) == StopReason.None && count < end; count += spacing)
                times.Add(Milliseconds(linux.Timeline!.KeepHere));
        }

        Spread spread = Spread.Of(times)!.Value;
        return new TimelineFigure("a checkpoint of a booting Linux", "ms", spread.Median, 1,
            $"median of {times.Count}, {Text(spread.Least)} to {Text(spread.Most)} ms");
    }

    private TimelineFigure StepsBack(BootedLinux linux)
    {
        tell("stepping back ...");
        int steps = 10 * rounds;
        List<double> times = [];
        ulong before = linux.Machine.Count;
        using (ServedTarget gdb = linux.Debug())
        {
            for (int n = 0; n < steps; n++)
            {
                times.Add(Milliseconds(() =>
                {
                    if (!gdb.Ask("bs").StartsWith("T05", StringComparison.Ordinal))
                        throw new InvalidOperationException("A step back failed.");
                    gdb.Ask("g");
                }));
            }
        }

        if (before - linux.Machine.Count > (ulong)steps || linux.Machine.Count >= before)
            throw new InvalidOperationException($"{steps} steps back from {before} led to {linux.Machine.Count}.");
        Spread spread = Spread.Of(times)!.Value;
        return new TimelineFigure("reverse-stepi at the end of the boot", "ms", spread.Median, 50,
            $"median of {steps} over gdb's protocol, {Text(spread.Least)} to {Text(spread.Most)} ms");
    }

    private TimelineFigure Moments(BootedLinux linux)
    {
        tell("going to moments ...");
        Timeline timeline = linux.Timeline!;
        Random random = new(405);
        List<double> times = [];
        ulong end = timeline.End.Count;
        for (int n = 0; n < 10 * rounds; n++)
        {
            Moment there = new((ulong)random.NextInt64((long)end));
            times.Add(Milliseconds(() => timeline.GoTo(there)));
            if (timeline.Present != there)
                throw new InvalidOperationException($"Going to {there} led to {timeline.Present}.");
        }

        Spread spread = Spread.Of(times)!.Value;
        return new TimelineFigure("goto anywhere in the boot", "ms", spread.Most, 300,
            $"most of {times.Count} random ones; median {Text(spread.Median)} ms");
    }

    private TimelineFigure LastWrite(BootedLinux linux)
    {
        tell("looking for a word that was written once, early in the boot ...");
        Timeline timeline = linux.Timeline!;
        Moment end = timeline.End;
        foreach (uint physical in WrittenEarly(timeline, end))
        {
            timeline.GoTo(end);
            timeline.GoTo(timeline.Present);
            Hit? hit = null;
            double time = Milliseconds(() => hit = timeline.LastWrite(KernelBase + physical));
            if (hit is null || timeline.LastWrite(KernelBase + physical) is not null)
                continue;
            return new TimelineFigure(
                "lastwrite of a word that was written once, early in the boot", "ms", time, 2000,
                    $"0x{KernelBase + physical:x8} at {hit.At}, asked for at {end}");
        }

        throw new InvalidOperationException("No word was written just once.");
    }

    /// <summary>Words of RAM that got their last value between the first millions of instructions.</summary>
    private static IEnumerable<uint> WrittenEarly(Timeline timeline, Moment end)
    {
        const ulong First = 4_000_000, Second = 6_000_000;
        timeline.GoTo(new Moment(0));
        uint[] loaded = Words(timeline.Machine.Board);
        timeline.GoTo(new Moment(First));
        uint[] before = Words(timeline.Machine.Board);
        timeline.GoTo(new Moment(Second));
        uint[] after = Words(timeline.Machine.Board);
        timeline.GoTo(end);
        uint[] last = Words(timeline.Machine.Board);
        return Enumerable.Range(0, last.Length).Where(n => loaded[n] == before[n] && before[n] != after[n] && after[n] == last[n]).Select(
            n => 4 * (uint)n);
    }

    private static unsafe uint[] Words(Board board) => MemoryMarshal.Cast<byte,
        uint>(new ReadOnlySpan<byte>(board.Memory.Ram, (int)board.Memory.RamSize)).ToArray();

    /// <summary>Stops at a breakpoint whose condition has failed a million times, in a program that computes as soon as Linux has booted.</summary>
    private TimelineFigure ConditionalBreakpoint()
    {
        tell("looking for an instruction that is executed a million times ...");
        using BootedLinux linux = new(image, new TimelineOptions(), "mode=bench_int count=1000");
        (uint address, Moment first, Moment last) = Busy(linux.Timeline!);
        linux.Timeline!.GoTo(first);
        using ServedTarget gdb = linux.Debug();

        // icount > LAST - 1, as gdb compiles it: const32 LAST - 1, reg icount, less_unsigned, end.
        const int CountRegister = 0xab;
        string condition = $"24{(uint)last.Count - 1:x8}26{CountRegister:x4}1527";
        gdb.Ask($"Z0,{address:x},4;X{condition.Length / 2:x},{condition}");
        tell($"running to the {Misses:N0}th execution of 0x{address:x8} ...");
        double time = Milliseconds(() => gdb.Ask("vCont;c"));
        if (linux.Timeline.Present != last)
            throw new InvalidOperationException($"The breakpoint stopped at {linux.Timeline.Present}, and not at {last}.");
        return new TimelineFigure(
            "a conditional breakpoint's hit after a million misses", "ms", time, 1000,
                $"at 0x{address:x8}, {last.Count - first.Count:N0} instructions");
    }

    private static unsafe (uint Address, Moment First, Moment Last) Busy(Timeline timeline)
    {
        const ulong Booted = 120_000_000, Sampled = 20_000_000, Limit = 1_000_000_000;
        const int Samples = 200;
        timeline.GoTo(new Moment(Booted + Sampled));
        Random random = new(405);
        Dictionary<uint, int> seen = [];
        foreach (ulong count in Enumerable.Range(0, Samples).Select(_ => Booted + (ulong)random.NextInt64((long)Sampled)).Order())
        {
            timeline.GoTo(new Moment(count));
            uint pc = timeline.Machine.Board.Processor.State->Pc;
            seen[pc] = seen.GetValueOrDefault(pc) + 1;
        }

        uint address = seen.MaxBy(place => place.Value).Key;
        timeline.GoTo(new Moment(Booted));
        (ulong hits, Moment first) = (0, default);
        bool IsLast(Board board)
        {
            if (++hits == 1)
                first = timeline.Present;
            return hits > Misses;
        }

        return timeline.FindNext(new ExecProbe(address) { When = IsLast }, Limit).Hit is { } hit
            ? (address, first, hit.At)
            : throw new InvalidOperationException($"0x{address:x8} is not executed {Misses} times.");
    }
}
