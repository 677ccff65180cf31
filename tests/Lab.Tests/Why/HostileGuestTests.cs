using System.Diagnostics;
using PpcJit.Jit;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Differential.Hostile;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Why;

/// <summary>Guests that keep no rule: questions about them end, change nothing, and get the same answers on both engines.</summary>
public sealed class HostileGuestTests
{
    private const ulong Longest = 20_000;

    [Test]
    public void Questions_about_hostile_guests_end_and_change_nothing([Range(0, 15)] int number)
    {
        string[] interpreted = Ask(number, jit: false);
        Assert.That(interpreted, Is.Not.Empty.And.EqualTo(Ask(number, jit: true)));
    }

    [Test]
    public void A_question_is_given_up_in_time()
    {
        using SmallGuest guest = new(jit: false, (SmallGuest.Start, ["addi r3,r3,1", "addi r4,r4,2", "b -8"]));
        guest.Timeline.GoTo(new Moment(3_000_000));
        Stopwatch time = Stopwatch.StartNew();
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));
        DynamicSlice slice = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions(), soon.Token);
        CausalLink link = slice.Follow(ValuePlace.Of("sprg7"));
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That((slice.IsCutOff, guest.Timeline.Present), Is.EqualTo((link.End == LinkEnd.CutOff, new Moment(3_000_000))));
    }

    private static string[] Ask(int number, bool jit)
    {
        HostileGuest guest = new(405, (ulong)number, Longest);
        using Board board = guest.CreateBoard();
        using IEngine engine = jit ? new JitEngine(board.Processor) : new InterpreterEngine(board.Processor);
        GuestMachine machine = new(board, engine, new KeyConsole());
        using Timeline timeline = new(machine, new TimelineOptions { Spacing = 5_000 });
        timeline.GoTo(new Moment(Longest / 2));
        machine.Press((byte)'k');
        timeline.GoTo(new Moment(Longest));
        Moment end = timeline.Present;
        ulong hash = board.StateHash();
        DebugNames names = new(board);
        SliceOptions options = new() { MaxLinks = 60, FollowsAddresses = true, FollowsControl = number % 2 == 0 };
        List<string> lines = [];
        foreach (string register in (string[])["pc", "r3", "srr0", "msr", "cr", "tsr"])
            lines.AddRange(SlicePrinter.Lines(new DynamicSlice(timeline, names, options).Follow(ValuePlace.Of(register)), showsAll: false));
        lines.AddRange(SlicePrinter.Lines(new DynamicSlice(timeline, names, options).Follow(ValuePlace.Memory(0x1000, 64)), showsAll: true));

        // The end counts as a death, whatever it is: what explains may find nothing, and must not fail.
        foreach (RunEnd death in (RunEnd[])[RunEnd.Panic, RunEnd.ExceptionLoop, RunEnd.WatchdogReset, RunEnd.WaitsForever, RunEnd.FaultCycle])
            lines.AddRange(ExplanationPrinter.Lines(new DeathExplainer(timeline, names, options).Explain(new Death(death, end, "It died.")), false));
        Assert.That((timeline.Present, board.StateHash()), Is.EqualTo((end, hash)), "it changed the run");
        return [.. lines];
    }
}
