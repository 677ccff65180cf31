using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Why;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Why;

[TestFixture(false)]
[TestFixture(true)]
public sealed unsafe class DynamicSliceTests(bool jit)
{
    private const ulong End = 400_000;

    private static readonly string[] Sum =
    [
        "addi r4,0,5", "addi r5,0,12288", "stw r4,8(r5)", "addi r4,0,7", "lwz r6,8(r5)", "or r7,r6,r6", "add r3,r7,r4", "b 0",
    ];

    [Test]
    public void A_sum_comes_from_both_operands_one_of_them_through_memory()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Sum));
        Assert.That(SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(3), 7), showsAll: true), Is.EqualTo(
        [
            "@6             0x00001018  add r3,r7,r4  r3 = 0xc",
            "  @5             0x00001014  mr r7,r6  r7 = 0x5",
            "  @4             0x00001010  lwz r6,8(r5)  r6 = 0x5",
            "  @2             0x00001008  stw r4,8(r5)  [0x00003008] = 0x5",
            "  @0             0x00001000  li r4,5  r4 = 0x5 (a constant)",
            "  @3             0x0000100c  li r4,7  r4 = 0x7 (a constant)",
        ]));
        Assert.That(SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(3), 7), showsAll: false).Skip(1).Take(3), Is.EqualTo(
        [
            "  @5             0x00001014  mr r7,r6  r7 = 0x5",
            "  ... 1 more that only move it, by way of r6",
            "  @2             0x00001008  stw r4,8(r5)  [0x00003008] = 0x5",
        ]));
    }

    [Test]
    public void A_branch_says_where_it_led_and_a_system_call_where_its_instruction_is()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,1", "b 8", "addi r4,0,1", "addi r5,0,1", "sc", "b 0"]),
            (0xc00, ["mfspr r9,srr0", "rfi"]));
        CausalLink reached = guest.Why(ValuePlace.Of("pc"), 3);
        Assert.That((reached.Pc, reached.Value, reached.Note), Is.EqualTo(
            (0x1004u, (uint?)0x100c, "one instruction after the other led from there to 0x00001010.")));
        CausalLink called = guest.Why(ValuePlace.Gpr(9), 5).From.Single();
        Assert.That((called.Exception, called.Pc, called.Value), Is.EqualTo(((ExceptionKind?)ExceptionKind.SystemCall, 0x1010u, (uint?)0x1014)));
    }

    [Test]
    public void What_cuts_a_slice_off_is_said_by_each_bound()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Sum));
        guest.Timeline.GoTo(new Moment(7));
        DynamicSlice deep = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions { MaxDepth = 1 });
        deep.Follow(ValuePlace.Gpr(3));
        Assert.That((deep.Cut, deep.CutOff.Single()), Is.EqualTo((SliceCut.Depth, "It was cut off: links deeper than 1 were not followed.")));
        DynamicSlice many = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions { MaxLinks = 2 });
        many.Follow(ValuePlace.Gpr(3));
        Assert.That((many.Cut, many.CutOff.Single()), Is.EqualTo(
            (SliceCut.Links, "It was cut off: there are more than 2 links, of which these are the newest.")));
        using CancellationTokenSource given = new();
        given.Cancel();
        DynamicSlice late = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions(), given.Token);
        late.Follow(ValuePlace.Gpr(3));
        Assert.That((late.Cut, late.CutOff.Single()), Is.EqualTo((SliceCut.Time, "It was cut off: the time was up before all was followed.")));
    }

    [Test]
    public void What_the_slice_names_is_what_the_value_depends_on()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Sum));
        guest.Timeline.GoTo(new Moment(7));
        IEnumerable<(ulong Count, int Register, uint Sum)> changes = [(1, 4, 0x57), (4, 4, 0x55), (5, 6, 0x57), (6, 7, 0x57)];
        foreach ((ulong count, int register, uint expected) in changes)
        {
            guest.Timeline.GoTo(new Moment(count));
            Diversion diversion = guest.Timeline.BeginDiversion();
            Assert.That(guest.Timeline.Change(new GprInjection(register, 0x50)), Is.True);
            guest.Timeline.GoTo(new Moment(7));
            Assert.That(guest.Board.Processor.State->Gpr[3], Is.EqualTo(expected), $"r{register} at @{count}");
            guest.Timeline.EndDiversion(diversion);
        }
    }

    [Test]
    public void Addresses_are_followed_on_request()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r5,0,12288", "stw r5,0(r5)", "lwz r7,0(r5)", "addi r4,0,5", "stw r4,8(r7)", "lwz r6,8(r7)", "b 0"]));
        string[] plain = [.. SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(6), 6), showsAll: true)];
        string[] all = [.. SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(6), 6, new SliceOptions { FollowsAddresses = true }), showsAll: true)];
        Assert.That(plain, Has.None.Contains("lwz r7").And.None.Contains("li r5"));
        Assert.That(all, Has.Some.Contains("lwz r7,0(r5)  r7 = 0x3000").And.Some.Contains("(followed elsewhere)"));
    }

    [Test]
    public void Addresses_that_are_constants_are_no_causes()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Sum));
        SliceOptions options = new() { FollowsAddresses = true };
        Assert.That(SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(6), 5, options), showsAll: true), Has.None.Contains("li r5"));
    }

    [Test]
    public void A_store_between_a_load_and_the_store_of_what_was_made_of_it_is_lost_and_said()
    {
        // 0x3000 is read, a handler adds one to it, and then it is stored with one more.
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r5,0,12288", "lwz r4,0(r5)", "sc", "addi r4,r4,1", "stw r4,0(r5)", "b 0"]),
            (0xc00, ["lwz r6,0(r5)", "addi r6,r6,1", "stw r6,0(r5)", "rfi"]));
        CausalLink link = guest.Why(ValuePlace.Memory(0x3000, 4), 9);
        CausalLink lost = link.From[0];
        Assert.That((lost.Through, lost.Place, lost.Pc), Is.EqualTo((LinkThrough.Meanwhile, ValuePlace.Memory(0x3000, 4), 0xc08u)));
        Assert.That(SlicePrinter.Lines(link, showsAll: false), Has.Some.Contains("meanwhile: @"));
        using SmallGuest whole = new(jit, (SmallGuest.Start, ["addi r5,0,12288", "lwz r4,0(r5)", "addi r4,r4,1", "stw r4,0(r5)", "sc", "b 0"]),
            (0xc00, ["lwz r6,0(r5)", "addi r6,r6,1", "stw r6,0(r5)", "rfi"]));
        Assert.That(whole.Why(ValuePlace.Memory(0x3000, 4), 9).All().Select(one => one.Through), Has.None.EqualTo(LinkThrough.Meanwhile));
    }

    [Test]
    public void Parts_of_what_a_multiple_store_wrote_come_from_their_own_registers()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r5,0,12288", "addi r30,0,3", "addi r31,0,4", "stmw r29,0(r5)", "lbz r3,11(r5)", "lhz r4,2(r5)", "lmw r28,0(r5)", "b 0"]));
        Assert.That(guest.Why(ValuePlace.Gpr(3), 7).From[0].From.Select(link => link.Place.ToString()), Is.EqualTo(["r31[3]"]));
        Assert.That(guest.Why(ValuePlace.Gpr(4), 7).From[0].From.Select(link => (link.Place.ToString(), link.End)),
            Is.EqualTo([("r29[2-3]", LinkEnd.Beginning)]));
        Assert.That(guest.Why(ValuePlace.Gpr(29), 7).From.Select(link => link.Place), Is.EqualTo([ValuePlace.Memory(0x3004, 4)]));
        Assert.That(guest.Why(ValuePlace.Memory(0x3006, 4), 7).From.Select(link => link.Place.ToString()), Is.EquivalentTo(["r30[2-3]", "r31[0-1]"]));
    }

    [Test]
    public void Bytes_that_were_stored_by_themselves_have_links_of_their_own_and_each_leads_to_its_byte()
    {
        // 0x1234 is stored, its low byte is replaced by 0x77, and the halfword is moved through a word, a shift and a byte-reversed store.
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            [
                "addi r5,0,12288", "addi r6,0,4660", "sth r6,0(r5)", "addi r7,0,119", "stb r7,1(r5)", "lhz r8,0(r5)", "rlwinm r9,r8,16,0,15",
                "stw r9,8(r5)", "lwz r10,8(r5)", "addi r11,0,16", "stwbrx r10,r5,r11", "lbz r3,18(r5)", "lbz r4,19(r5)", "b 0",
            ]));
        CausalLink half = guest.Why(ValuePlace.Gpr(8), 13);
        Assert.That(half.From.Select(link => (link.Place.ToString(), link.Value, link.Pc)), Is.EqualTo(((string, uint?, uint)[])
            [("[0x00003001, 1 bytes]", 0x77, 0x1010), ("[0x00003000, 1 bytes]", 0x12, 0x1008)]));
        Assert.That(half.From[1].From.Single().Place.ToString(), Is.EqualTo("r6[2]"));
        (uint? Low, uint? High) values = (Last(guest.Why(ValuePlace.Gpr(3), 13)).Value, Last(guest.Why(ValuePlace.Gpr(4), 13)).Value);
        Assert.That(values, Is.EqualTo(((uint?)0x77, (uint?)0x12)));
        Assert.That(Last(guest.Why(ValuePlace.Gpr(3), 13)).Pc, Is.EqualTo(0x100c));
        Assert.That(Last(guest.Why(ValuePlace.Gpr(4), 13)).Pc, Is.EqualTo(0x1004));
        CausalLink whole = guest.Why(ValuePlace.Memory(0x3000, 12), 13);
        Assert.That(whole.From.Select(link => (link.Place.Address, link.Place.Length)), Is.EquivalentTo(((uint, uint)[])
            [(0x3008, 4), (0x3001, 1), (0x3000, 1), (0x3002, 6)]));

        static CausalLink Last(CausalLink link)
        {
            while (link.From.Count > 0)
                link = link.From.Single();
            return link;
        }
    }

    [Test]
    public void Each_field_of_CR_has_its_own_comparison()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,5", "cmpwi 7,r3,5", "cmpwi 0,r3,6", "mtcrf 64,r3", "b 0"]));
        CausalLink whole = guest.Why(ValuePlace.Of("cr"), 4);
        Assert.That(whole.From.Where(link => link.At is not null).Select(link => (link.Place.ToString(), link.Value, link.Pc)), Is.EquivalentTo(
            ((string, uint?, uint)[])[("cr7", 2, 0x1004), ("cr0", 8, 0x1008), ("cr1", 0, 0x100c)]));
        Assert.That(whole.From, Has.Count.EqualTo(8));
    }

    [Test]
    public void An_exception_that_overwrites_saved_state_says_so()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["ori r0,r0,0", "sc"]), (0xc00, ["tw 31,r0,r0"]), (0x700, ["mfspr r9,srr0", "b 0"]));
        CausalLink saved = guest.Why(ValuePlace.Gpr(9), 3).From.Single();
        Assert.That((saved.Place.ToString(), saved.Value, saved.Exception, saved.End),
            Is.EqualTo(("srr0", (uint?)0xc00, (ExceptionKind?)ExceptionKind.Program, LinkEnd.Exception)));
        Assert.That(saved.Note, Does.StartWith("it overwrote what SystemCall at @2 had saved there, 0x00001008, which nobody had read"));

        // Whoever has read it before has lost nothing.
        using SmallGuest careful = new(jit, (SmallGuest.Start, ["ori r0,r0,0", "sc"]), (0xc00, ["mfspr r8,srr0", "tw 31,r0,r0"]),
            (0x700, ["mfspr r9,srr0", "b 0"]));
        Assert.That(careful.Why(ValuePlace.Gpr(9), 4).From.Single().Note, Is.Null);
    }

    [Test]
    public void Where_the_guest_is_comes_from_the_register_that_was_returned_to()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,8192", "mtspr lr,r3", "bclr 20,0"]), (0x2000, ["ori r0,r0,0", "b 0"]));
        CausalLink link = guest.Why(ValuePlace.Of("pc"), 4);
        Assert.That((link.Pc, link.From.Single().Place.ToString(), link.From[0].From[0].End), Is.EqualTo((0x1008u, "lr", LinkEnd.Constant)));
        Assert.That(guest.Why(ValuePlace.Of("lr"), 1).End, Is.EqualTo(LinkEnd.Beginning));
    }

    [Test]
    public void A_register_of_a_device_ends_the_slice_with_its_name()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addis r5,0,-4256", "ori r5,r5,768", "lbz r3,5(r5)", "b 0"]));
        CausalLink link = guest.Why(ValuePlace.Gpr(3), 3);
        Assert.That((link.End, link.Note), Is.EqualTo((LinkEnd.Device, "UART0.LSR")));
    }

    [Test]
    public void Links_are_right_when_done_again_and_nothing_else_wrote_the_value([Range(1, 3)] int seed)
    {
        Random random = new(seed);
        using DebuggedGuest guest = new(jit);
        guest.Timeline.GoTo(new Moment(End));
        int links = 0;
        for (int n = 0; n < 12; n++)
        {
            Moment here = new((ulong)random.Next(50_000, (int)End));
            guest.Timeline.GoTo(here);
            ulong hash = guest.Board.StateHash();
            CausalLink link = Slice(guest).Follow(ValuePlace.Gpr(random.Next(32)));
            Assert.That((guest.Timeline.Present, guest.Board.StateHash()), Is.EqualTo((here, hash)), "it changed the run");
            links += Check(guest, link, here);
        }

        Assert.That(links, Is.GreaterThan(60));
        guest.Timeline.GoTo(new Moment(End));
        using DebuggedGuest straight = new(jit);
        straight.Timeline.GoTo(new Moment(End));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(straight.Board.StateHash()));
    }

    [Test]
    public void A_slice_that_is_cut_off_says_so()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Sum));
        guest.Timeline.GoTo(new Moment(7));
        DynamicSlice slice = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions { MaxLinks = 2 });
        CausalLink link = slice.Follow(ValuePlace.Gpr(3));
        Assert.That(slice.IsCutOff, Is.True);
        Assert.That(SlicePrinter.Lines(link, showsAll: true), Has.Some.EndsWith("cut off here"));
        slice = new DynamicSlice(guest.Timeline, new DebugNames(guest.Board), new SliceOptions());
        slice.Follow(ValuePlace.Gpr(3));
        Assert.That(slice.IsCutOff, Is.False);
    }

    private static DynamicSlice Slice(DebuggedGuest guest) =>
        new(guest.Timeline, new DebugNames(guest.Board, guest.Symbols), new SliceOptions { MaxLinks = 15, FollowsAddresses = true });

    /// <summary>Does each link again: its sources have their values before it, its place has its value from then on.</summary>
    private static int Check(DebuggedGuest guest, CausalLink link, Moment until)
    {
        if (link is not { At: { } at, End: not LinkEnd.Shown })
            return 0;
        guest.Timeline.GoTo(at);
        foreach (CausalLink source in link.From)
            Assert.That(source.Place.Read(guest.Board), Is.EqualTo(source.Value), $"{source} of {link}");
        Moment after = link.Exception is null ? new Moment(at.Count + 1) : at with { Exceptions = at.Exceptions + 1 };
        for (Moment now = after; now <= until && now.Count < after.Count + 200; now = new Moment(now.Count + 1))
        {
            guest.Timeline.GoTo(now);
            Assert.That(link.Place.Read(guest.Board), Is.EqualTo(link.Value), $"{link} at {now}");
        }

        return 1 + link.From.Sum(source => Check(guest, source, at));
    }
}

public sealed class DynamicSliceOnBothEnginesTests
{
    [Test]
    public void Slices_are_the_same()
    {
        string[][] all = [.. ((bool[])[false, true]).Select(jit =>
        {
            using DebuggedGuest guest = new(jit);
            List<string> lines = [];
            for (int n = 1; n < 32; n += 3)
            {
                guest.Timeline.GoTo(new Moment(300_000 + (ulong)(1000 * n)));
                DynamicSlice slice = new(guest.Timeline, new DebugNames(guest.Board, guest.Symbols), new SliceOptions { MaxLinks = 40 });
                lines.AddRange(SlicePrinter.Lines(slice.Follow(ValuePlace.Gpr(n)), showsAll: true));
            }

            return lines.ToArray();
        })];
        Assert.That(all[0], Has.Length.GreaterThan(100).And.EqualTo(all[1]));
    }
}
