using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Tests.Debugging;

[TestFixture(false)]
[TestFixture(true)]
public sealed unsafe class TimelineTests(bool jit)
{
    private const ulong Far = 600_000;

    [Test]
    public void Going_to_a_moment_gives_the_state_of_a_straight_run()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(Far));
        foreach (ulong count in (ulong[])[599_999, 200_000, 200_001, 12, 0, 500_000, Far])
        {
            guest.Timeline.GoTo(new Moment(count));
            Assert.That((guest.Machine.Count, guest.Board.StateHash()),
                Is.EqualTo((count, StraightHash("demo", new Moment(count)))), count.ToString());
        }
    }

    [Test]
    public void Random_walks_end_in_the_state_of_a_straight_run([Values("demo", "uarea")] string name, [Range(1, 4)] int seed) =>
        Walk(name, Ref405ep.Name, seed);

    [Test]
    public void Random_walks_on_other_boards_do_so_too([Values("walnut", "openblocks266")] string board, [Range(1, 3)] int seed) =>
        Walk("uarea", board, seed);

    private void Walk(string name, string board, int seed)
    {
        Random random = new(seed);
        using DebuggedGuest guest = new(jit, name, new TimelineOptions { Spacing = 30_000, MaxBytes = 2 << 20 }, board);
        guest.Timeline.GoTo(new Moment(Far));
        ulong end = guest.Machine.Count;
        uint[] functions = [.. guest.Functions.Select(symbol => symbol.Address)];
        List<string> walk = [];
        for (int step = 0; step < 12; step++)
        {
            walk.Add(Walk(guest.Timeline, random, functions, end));
            Moment here = guest.Timeline.Present;
            if (guest.Machine.IsMidway) // the end of the run
                guest.Timeline.GoTo(here);
            Assert.That(guest.Board.StateHash(), Is.EqualTo(StraightHash(name, here, board)), $"{string.Join("; ", walk)} at {here}");
        }

        Assert.That(guest.Console.Text, Is.Not.Empty);
    }

    [Test]
    public void The_next_and_the_last_execution_of_an_address_are_found()
    {
        using DebuggedGuest guest = new(jit);
        ExecProbe probe = new(BusyFunction(guest));
        List<Moment> hits = [];
        while (hits.Count < 5 && guest.Timeline.FindNext(probe, Far).Hit is { } hit)
        {
            Assert.That(guest.State->Pc, Is.EqualTo(probe.Address));
            Assert.That(guest.Timeline.Present, Is.EqualTo(hit.At));
            hits.Add(hit.At);
        }

        Assert.That(hits, Has.Count.EqualTo(5).And.Ordered);
        for (int n = 3; n >= 0; n--)
            Assert.That(guest.Timeline.FindLast(probe).Hit!.At, Is.EqualTo(hits[n]));
        Assert.That(guest.Timeline.FindLast(probe).Hit, Is.Null);
        Assert.That(guest.Timeline.Present, Is.EqualTo(guest.Timeline.Oldest));
    }

    [Test]
    public void The_last_write_to_a_word_is_the_instruction_that_gave_it_its_value()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.FindNext(new ExecProbe(BusyFunction(guest)), Far);
        uint stack = guest.State->Gpr[1];
        Moment asked = guest.Timeline.Present;
        guest.Board.Memory.TryRead(stack, 4, out uint now);
        Hit? hit = guest.Timeline.LastWrite(stack);
        Assert.That(hit, Is.Not.Null);
        Assert.That(guest.Timeline.Present, Is.EqualTo(hit!.At));
        Assert.That(hit.IsStore, Is.True);
        guest.Timeline.Step(1);
        guest.Board.Memory.TryRead(stack, 4, out uint written);
        Assert.That(written, Is.EqualTo(now));
        Assert.That(guest.Timeline.FindNext(new AccessProbe(stack, 4, false, true), asked.Count).Hit, Is.Null);
    }

    [Test]
    public void Exceptions_are_found_in_both_directions()
    {
        using DebuggedGuest guest = new(jit);
        ExceptionProbe probe = new(Kind: null);
        Hit? first = guest.Timeline.FindNext(probe, 20_000_000).Hit;
        Assert.That(first, Is.Not.Null);
        Assert.That(guest.State->Pc & 0xffff, Is.EqualTo(first!.Address));
        Hit? second = guest.Timeline.FindNext(probe, 20_000_000).Hit;
        Assert.That(second!.At, Is.GreaterThan(first.At));
        Assert.That(guest.Timeline.FindLast(probe).Hit!.At, Is.EqualTo(first.At));
        Assert.That(guest.State->Pc & 0xffff, Is.EqualTo(first.Address));
    }

    [Test]
    public void A_change_by_hand_begins_another_run_and_going_back_undoes_it()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(Far));
        guest.Timeline.GoTo(new Moment(200_000));
        ulong unchanged = guest.Board.StateHash();
        Assert.That(guest.Timeline.Change(new GprInjection(13, 0x1234)), Is.True);
        Assert.That(guest.Timeline.End, Is.EqualTo(new Moment(200_000)));
        guest.Timeline.GoTo(new Moment(300_000));
        ulong later = guest.Board.StateHash();
        guest.Timeline.GoTo(new Moment(199_999));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(StraightHash("demo", new Moment(199_999))));
        guest.Timeline.GoTo(new Moment(300_000));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(later));
        guest.Timeline.GoTo(new Moment(200_000));
        Assert.That(guest.Board.StateHash(), Is.Not.EqualTo(unchanged));
        Assert.That(guest.State->Gpr[13], Is.EqualTo(0x1234));
    }

    [Test]
    public void A_change_between_two_exceptions_is_done_again_and_a_moment_before_it_is_before_it()
    {
        using DebuggedGuest guest = new(jit);
        Moment at = guest.Timeline.FindNext(new ExceptionProbe(Kind: null), 20_000_000).Hit!.At;
        Assert.That(at.Exceptions, Is.GreaterThan(0));
        Assert.That(guest.Timeline.Change(new GprInjection(13, 0x1234)), Is.True);
        guest.Timeline.GoTo(new Moment(at.Count + 1000));
        ulong later = guest.Board.StateHash();
        guest.Timeline.GoTo(new Moment(at.Count));
        Assert.That((guest.Timeline.Present, guest.State->Gpr[13] == 0x1234), Is.EqualTo((new Moment(at.Count), false)));
        guest.Timeline.GoTo(at);
        Assert.That((guest.Timeline.Present, guest.State->Gpr[13]), Is.EqualTo((at, 0x1234u)));
        guest.Timeline.GoTo(new Moment(at.Count + 1000));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(later));
        guest.Timeline.GoTo(new Moment(0));
        guest.Timeline.GoTo(new Moment(at.Count + 1000));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(later));
    }

    [Test]
    public void What_is_printed_again_is_not_shown_again()
    {
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(Far));
        string shown = guest.Console.Text;
        Assert.That(shown, Is.Not.Empty);
        guest.Timeline.GoTo(new Moment(0));
        guest.Timeline.GoTo(new Moment(Far));
        Assert.That(guest.Console.Text, Is.EqualTo(shown));
    }

    [Test]
    public void Checkpoints_keep_to_their_bound_and_history_may_begin_later()
    {
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { Spacing = 20_000, MaxBytes = 256 << 10 });
        guest.Timeline.GoTo(new Moment(Far));
        Assert.That(guest.Timeline.Bytes, Is.LessThanOrEqualTo(256 << 10));
        Moment oldest = guest.Timeline.Oldest;
        guest.Timeline.GoTo(new Moment(0));
        Assert.That(guest.Timeline.Present, Is.EqualTo(oldest));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(StraightHash("demo", oldest)));
    }

    /// <summary>A guest that writes the same pages again and again would else be saved at each slice once the bound is reached.</summary>
    [Test]
    public void What_is_over_the_bound_leads_to_no_more_checkpoints_than_there_are_otherwise()
    {
        const ulong Spacing = 100_000;
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { Spacing = Spacing, MaxBytes = 40 << 10 });
        SortedSet<ulong> taken = [0];
        guest.Machine.SliceDone += () => taken.Add(guest.Timeline.Checkpoints.Last());
        for (ulong count = 1000; count <= Far; count += 1000)
            guest.Machine.Run(count);
        Assert.That(guest.Timeline.Checkpoints.Count(), Is.LessThan(taken.Count), "nothing was over the bound");
        Assert.That(taken.Zip(taken.Skip(1), (first, next) => next - first), Is.All.GreaterThanOrEqualTo(Spacing));
    }

    [Test]
    public void A_long_run_takes_checkpoints_that_are_a_part_of_it_apart()
    {
        const uint Part = 8;
        TimelineOptions options = new() { Spacing = 20_000, SpacingPart = Part };
        using DebuggedGuest guest = new(jit, "demo", options);
        for (ulong count = 1000; count <= Far; count += 1000)
            guest.Machine.Run(count);
        ulong[] checkpoints = [.. guest.Timeline.Checkpoints];
        Assert.That(checkpoints, Has.Length.GreaterThan(8).And.Length.LessThan((int)(Far / options.Spacing) - 10));
        foreach ((ulong first, ulong next) in checkpoints.Zip(checkpoints.Skip(1)))
        {
            Assert.That(next - first, Is.GreaterThanOrEqualTo(Math.Max(options.Spacing, next / Part)));
            Assert.That(next - first, Is.LessThan((next / Part) + (2 * options.Spacing)));
        }
    }

    [Test]
    public void Where_little_may_be_kept_checkpoints_are_still_a_million_instructions_apart([Values(0, 4096)] long most)
    {
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { MaxBytes = most, Spacing = 8_000_000 });
        HashSet<Moment> begun = [];
        for (ulong count = 100_000; count <= 3_500_000; count += 100_000)
        {
            guest.Machine.Run(count);
            begun.Add(guest.Timeline.Oldest);
        }

        Assert.That(begun, Has.Count.EqualTo(4), "at first, and after each million");
        guest.Timeline.GoTo(new Moment(0));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(StraightHash("demo", guest.Timeline.Oldest)));
    }

    [Test]
    public void When_more_enters_than_may_be_kept_the_oldest_is_forgotten_with_what_led_to_it()
    {
        const int Bound = 512;
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { Spacing = 40_000, MaxInputBytes = Bound });
        Dictionary<ulong, ulong> hashes = [];
        for (ulong count = 25_000; count <= Far; count += 25_000)
        {
            guest.Machine.Press((byte)'a');
            guest.Machine.Press((byte)'b');
            guest.Machine.Run(count);
            hashes[count] = guest.Board.StateHash();
        }

        Timeline timeline = guest.Timeline;
        Assert.That(guest.Machine.InputBytes, Is.LessThanOrEqualTo(Bound));
        Assert.That(timeline.Oldest, Is.GreaterThan(new Moment(0)).And.LessThan(new Moment(Far - 100_000)));
        Assert.That(timeline.Lack, Does.Contain(
            $"What is before {timeline.Oldest} is forgotten: more than {Bound} bytes have entered from outside."));
        Assert.That(guest.Machine.Inputs.Keys[0].Count, Is.GreaterThanOrEqualTo(timeline.Oldest.Count - 25_000));
        foreach (ulong count in hashes.Keys.Where(count => count >= timeline.Oldest.Count).Reverse())
        {
            timeline.GoTo(new Moment(count));
            Assert.That(guest.Board.StateHash(), Is.EqualTo(hashes[count]), $"{count}");
        }

        timeline.GoTo(new Moment(0));
        Assert.That(timeline.Present, Is.EqualTo(timeline.Oldest));
        timeline.GoTo(new Moment(Far));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(hashes[Far]));
        Assert.That(
            () => SavedRun.Write(guest.Machine, System.IO.Path.GetTempFileName()),
            Throws.TypeOf<PpcJit.Kernel.OutputException>().With.Message.Contains($"before {timeline.Oldest} is forgotten"));
    }

    [Test]
    public void Changes_by_hand_that_take_too_much_are_forgotten_too()
    {
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { Spacing = 40_000, MaxInputBytes = 4096 });
        for (uint n = 0; n < 20; n++)
        {
            guest.Timeline.Change(new MemoryInjection(0x800000 + (1000 * n), new byte[1000]));
            guest.Timeline.Step(50_000);
        }

        Assert.That(guest.Timeline.Branches, Is.LessThan(5));
        Assert.That(guest.Timeline.Oldest.Count, Is.GreaterThan(700_000));
    }

    [Test]
    public void A_diversion_that_begins_before_what_is_kept_cannot_be_ended()
    {
        using DebuggedGuest guest = new(jit, "demo", new TimelineOptions { Spacing = 40_000, MaxInputBytes = 4096 });
        guest.Timeline.GoTo(new Moment(100_000));
        Diversion diversion = guest.Timeline.BeginDiversion();
        for (uint n = 0; n < 10; n++)
        {
            guest.Timeline.Change(new MemoryInjection(0x800000, new byte[1000]));
            guest.Timeline.Step(50_000);
        }

        Moment here = guest.Timeline.Present;
        Assert.That(guest.Timeline.EndDiversion(diversion), Is.False);
        Assert.That(guest.Timeline.Present, Is.EqualTo(here));
    }

    /// <summary>A function that is called more than five times.</summary>
    private static uint BusyFunction(DebuggedGuest guest) =>
        guest.Functions.Select(symbol => symbol.Address).First(address =>
        {
            guest.Timeline.GoTo(new Moment(0));
            int n = 0;
            while (n < 6 && guest.Timeline.FindNext(new ExecProbe(address), 100_000).Hit is not null)
                n++;
            guest.Timeline.GoTo(new Moment(0));
            return n == 6;
        });

    private static string Walk(Timeline timeline, Random random, uint[] functions, ulong end)
    {
        int kind = random.Next(7);
        uint function = functions[random.Next(functions.Length)];
        switch (kind)
        {
            case 0:
                ulong to = (ulong)random.NextInt64((long)end);
                timeline.GoTo(new Moment(to));
                return $"goto {to}";
            case 1:
                ulong back = (ulong)random.Next(1, random.Next(2, 100_000));
                timeline.StepBack(back);
                return $"back {back}";
            case 2:
                ulong forward = (ulong)random.Next(1, random.Next(2, 100_000));
                timeline.GoTo(new Moment(Math.Min(end, timeline.Present.Count + forward)));
                return $"step {forward}";
            case 3:
                timeline.FindNext(new ExecProbe(function), end);
                return $"next {function:x}";
            case 4:
                timeline.FindLast(new ExecProbe(function));
                return $"last {function:x}";
            case 5:
                timeline.FindNext(new ExceptionProbe(null), end);
                return "next exception";
            default:
                timeline.LastWrite(timeline.Machine.Board.Processor.State->Gpr[1]);
                return "lastwrite";
        }
    }

    private static ulong StraightHash(string name, Moment at, string board = Ref405ep.Name)
    {
        using DebuggedGuest guest = new(jit: false, name, new TimelineOptions { Spacing = ulong.MaxValue }, board);
        guest.Machine.Run(at);
        Assert.That(guest.Machine.Present.Count, Is.EqualTo(at.Count));
        return guest.Board.StateHash();
    }
}
