using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Debugging;

/// <summary>What each kind of probe stops at, in both directions.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed unsafe class ProbeTests(bool jit)
{
    private const ulong Far = 20_000_000;

    [TestCase("interrupt pit")]
    [TestCase("device UART0.THR")]
    [TestCase("device UART0.LSR")]
    [TestCase("tlbwe")]
    [TestCase("exception system-call")]
    [TestCase("exception any when icount > 1000")]
    [TestCase("console e")]
    public void What_is_found_going_forward_is_found_going_back(string text)
    {
        using DebuggedGuest guest = new(jit, options: new TimelineOptions { Spacing = 20_000 });
        Probe probe = DebugGrammar.ParseProbe(text, new DebugNames(guest.Board)).OrThrow(text);
        List<(Moment At, ulong Hash)> hits = [];
        while (hits.Count < 4 && guest.Timeline.FindNext(probe, Far).Hit is { } hit)
            hits.Add((hit.At, guest.Board.StateHash()));
        Assert.That(hits, Has.Count.EqualTo(4));
        for (int n = 2; n >= 0; n--)
        {
            Assert.That(guest.Timeline.FindLast(probe).Hit?.At, Is.EqualTo(hits[n].At));
            Assert.That(guest.Board.StateHash(), Is.EqualTo(hits[n].Hash));
        }
    }

    [Test]
    public void An_interrupt_is_found_ahead_of_what_raises_it()
    {
        using DebuggedGuest guest = new(jit);
        Hit hit = guest.Timeline.FindNext(new InterruptProbe(InterruptChoice.Find("pit", guest.Board)!), Far).Hit!;
        Assert.That(guest.State->PendingInterrupts & (uint)InterruptSource.Pit, Is.Zero);
        guest.Timeline.Step(1);
        Assert.That(guest.State->PendingInterrupts & (uint)InterruptSource.Pit, Is.Not.Zero);
        Assert.That(hit.At, Is.LessThan(guest.Timeline.Present));
    }

    [Test]
    public void A_text_is_found_wherever_checkpoints_cut_it()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(600_000));
        string text = guest.Console.Text;
        string line = text.Split('\n').First(candidate => candidate.Trim().Length > 10).Trim();
        Moment end = guest.Timeline.Present;
        guest.Timeline.GoTo(new Moment(0));
        Moment whole = guest.Timeline.FindNext(new ConsoleProbe(line), end.Count).Hit!.At;
        for (int part = 2; part < line.Length; part++)
        {
            guest.Timeline.GoTo(new Moment(0));
            guest.Timeline.FindNext(new ConsoleProbe(line[..part]), end.Count);
            guest.Timeline.KeepHere();
        }

        guest.Timeline.GoTo(end);
        Hit? last = guest.Timeline.FindLast(new ConsoleProbe(line)).Hit;
        Assert.That(last?.At, Is.EqualTo(whole).Or.GreaterThan(whole));
        guest.Timeline.GoTo(new Moment(whole.Count - 1));
        Assert.That(guest.Timeline.FindNext(new ConsoleProbe(line), end.Count).Hit?.At, Is.EqualTo(whole));
    }

    [Test]
    public void What_does_not_come_from_the_processor_is_seen_by_physical_address_and_where_it_is_mapped()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(1000));
        guest.Timeline.Change(new MemoryInjection(0x1f00004, new byte[8]));
        guest.Timeline.GoTo(new Moment(2000));
        foreach (bool isPhysical in (bool[])[true, false])
        {
            guest.Timeline.GoTo(new Moment(0));
            Hit? hit = guest.Timeline.FindNext(new AccessProbe(0x1f00008, 1, Reads: false, Writes: true, isPhysical), 2000).Hit;
            Assert.That((hit?.At.Count, hit?.IsStore), Is.EqualTo((1000, true)), isPhysical.ToString());
        }

        Assert.That(guest.Timeline.FindNext(new AccessProbe(0x1f0000c, 4, Reads: false, Writes: true, IsPhysical: true), 2000).Hit, Is.Null);
    }

    [Test]
    public void Arrivals_are_counted_from_the_beginning()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.FindNext(new ConsoleProbe("\n"), Far);
        uint busy = guest.State->Lr;
        MomentFinder finder = new(guest.Timeline, () => null);
        List<Moment> moments = [];
        guest.Timeline.GoTo(new Moment(0));
        while (moments.Count < 3 && guest.Timeline.FindNext(new ExecProbe(busy), Far).Hit is { } hit)
            moments.Add(hit.At);
        for (int n = 2; n >= 0; n--)
        {
            Assert.That(finder.GoTo(new ArrivalReference(busy, (ulong)n + 1)), Is.Null);
            Assert.That(guest.Timeline.Present, Is.EqualTo(moments[n]));
        }
    }

    [Test]
    public void Moments_are_gone_to_by_every_name()
    {
        using DebuggedGuest guest = new(jit);
        MomentFinder finder = new(guest.Timeline, () => new Moment(1234));
        DebugNames names = new(guest.Board);
        foreach ((string text, ulong count) in ((string, ulong)[])[
            ("@50,000", 50_000), ("-10", 49_990), ("end", 50_000), ("panic", 1234), ("reset", 0), ("2K", 2000)])
        {
            Assert.That(finder.GoTo(DebugGrammar.ParseMoment(text, names).OrThrow(text)), Is.Null, text);
            Assert.That(guest.Timeline.Present, Is.EqualTo(new Moment(count)), text);
        }

        Assert.That(finder.GoTo(new BackReference(1_000_000)), Is.EqualTo("History begins at @0."));
    }
}
