using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Debugging;

/// <summary>
/// Going to moments of a run, and looking for what happens in it, is the same where the fast engine calculates what the guest waits.
/// </summary>
public sealed unsafe class IdleTimelineTests
{
    private const uint Code = 0x10000, Handler = 0x1000, Polled = 0x80000;
    private const ulong End = 1_500_000;

    /// <summary>Waits for a word that nobody writes, while the interval timer asks for an interrupt now and then.</summary>
    private const string Waits = """
        lwz r5,0(r4)
        cmpwi 0,r5,0
        bc 12,2,loop
        """;

    private const string CountsInterrupts = """
        addi r10,r10,1
        addis r11,0,0x0800
        mtspr 984,r11
        rfi
        """;

    [Test]
    public void Moments_of_a_wait_are_those_of_the_interpreter()
    {
        using WaitingGuest fast = new(jit: true), slow = new(jit: false);
        Both(fast, slow, timeline => timeline.GoTo(new Moment(End)));
        Assert.That(((JitEngine)fast.Engine).Statistics.SkippedInstructions, Is.GreaterThan(End / 2));
        Assert.That(fast.Board.Processor.State->Gpr[10], Is.EqualTo((End - 1) / WaitingGuest.Interval));
        foreach (ulong count in (ulong[])[777_777, 777_778, 100_003, 700_001, 700_002, 700_003, 1_499_999, 12, 1_000_000, End])
            Both(fast, slow, timeline => timeline.GoTo(new Moment(count)));
    }

    [Test]
    public void What_is_looked_for_in_a_wait_is_found_at_the_same_moments()
    {
        using WaitingGuest fast = new(jit: true), slow = new(jit: false);
        Both(fast, slow, timeline => timeline.GoTo(new Moment(End)));
        Both(fast, slow, timeline => timeline.GoTo(new Moment(900_000)));
        foreach (Probe probe in (Probe[])[
            new ExecProbe(Code + 4), new ExecProbe(Handler), new ExceptionProbe(ExceptionKind.Pit),
            new AccessProbe(Polled, 4, true, false)])
        {
            Both(fast, slow, timeline => Assert.That(timeline.FindNext(probe, End).Hit, Is.Not.Null, $"{probe}"));
            Both(fast, slow, timeline => Assert.That(timeline.FindNext(probe, End).Hit, Is.Not.Null, $"{probe}"));
            Both(fast, slow, timeline => Assert.That(timeline.FindLast(probe).Hit, Is.Not.Null, $"{probe}"));
            Both(fast, slow, timeline => timeline.Step(1));
        }

        Both(fast, slow, timeline => Assert.That(timeline.FindNext(new AccessProbe(Polled, 4, false, true), End).Hit, Is.Null));
    }

    private static void Both(WaitingGuest fast, WaitingGuest slow, Action<Timeline> act)
    {
        act(fast.Timeline);
        act(slow.Timeline);
        Assert.That((fast.Timeline.Present, fast.Board.StateHash()), Is.EqualTo((slow.Timeline.Present, slow.Board.StateHash())));
    }

    private sealed class WaitingGuest : IDisposable
    {
        /// <summary>Instructions from one interrupt to the next.</summary>
        public const uint Interval = 100_000;

        private static readonly Dictionary<string, uint> Labels = new() { ["loop"] = Code };

        public WaitingGuest(bool jit)
        {
            Board = Ref405ep.Create(new BoardOptions());
            Engine = jit ? new JitEngine(Board.Processor, new JitOptions { Threshold = 20 }) : new InterpreterEngine(Board.Processor);
            Put(Code, Waits);
            Put(Handler, CountsInterrupts);
            CpuState* state = Board.Processor.State;
            (state->Pc, state->Gpr[4], state->Msr) = (Code, Polled, Msr.Ee);
            Set(Spr.Tcr, 0x04400000);
            Set(Spr.Pit, Interval);
            Timeline = new Timeline(new GuestMachine(Board, Engine, new InterruptibleConsole(new KeyConsole(), () => { })),
                new TimelineOptions { Spacing = 130_000 });
        }

        public Board Board { get; }

        public IEngine Engine { get; }

        public Timeline Timeline { get; }

        public void Dispose()
        {
            Timeline.Dispose();
            Engine.Dispose();
            Board.Dispose();
        }

        private void Put(uint address, string program)
        {
            foreach (string line in program.Split('\n'))
            {
                Assert.That(Assembler.TryAssemble(line.Trim(), address, Labels, out uint word, out string error, out _), Is.True, error);
                Assert.That(Board.Memory.TryWrite(address, 4, word), Is.True);
                address += 4;
            }
        }

        private void Set(int spr, uint value) => Assert.That(Board.Processor.TryWriteSpr(spr, value), Is.True);
    }
}
