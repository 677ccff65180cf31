using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Why;

/// <summary>Where chains end: in what came from outside, in the machine itself, in what was loaded.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class LinkEndTests(bool jit)
{
    /// <summary>Takes eight bits, turns the FIFOs on, and reads three characters into r7, r8 and r9.</summary>
    private static readonly string[] Typist =
    [
        "addis r5,0,-4256", "ori r5,r5,768", "addi r6,0,3", "stb r6,3(r5)", "addi r6,0,1", "stb r6,2(r5)",
        "lbz r4,5(r5)", "andi. r4,r4,1", "bc 12,2,-8", "lbz r7,0(r5)",
        "lbz r4,5(r5)", "andi. r4,r4,1", "bc 12,2,-8", "lbz r8,0(r5)",
        "lbz r4,5(r5)", "andi. r4,r4,1", "bc 12,2,-8", "lbz r9,0(r5)", "b 0",
    ];

    [Test]
    public void A_character_is_named_by_its_number_and_when_it_came()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Typist));
        guest.Timeline.GoTo(new Moment(10));
        foreach (byte key in "ab"u8)
            guest.Timeline.Machine.Press(key);
        guest.Timeline.GoTo(new Moment(1_000));
        guest.Timeline.Machine.Press((byte)'c');
        for (int n = 0; n < 3; n++)
        {
            // Again after the machine went back: what waits in the FIFO is known there too.
            CausalLink link = guest.Why(ValuePlace.Gpr(7 + n), 2_000);
            Assert.That((link.End, link.Value, link.Note), Is.EqualTo((LinkEnd.Key, (uint?)('a' + n), "UART0.RBR")));
            Assert.That(link.Input, Is.EqualTo(new OutsideInput("UART0", (ulong)n + 1, new Moment(n == 2 ? 1_000u : 10), 0)));
        }

        Assert.That(SlicePrinter.Lines(guest.Why(ValuePlace.Gpr(9), 2_000), showsAll: true), Has.Some.Contains(
            "lbz r9,0(r5)  r9 = 0x63 (character 3 of UART0, which came at @1,000); UART0.RBR"));
    }

    [Test]
    public void A_character_of_a_run_that_is_done_again_from_a_checkpoint_has_the_same_number()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, Typist));
        guest.Timeline.GoTo(new Moment(10));
        foreach (byte key in "xyz"u8)
            guest.Timeline.Machine.Press(key);
        guest.Timeline.GoTo(new Moment(13));
        guest.Timeline.KeepHere();
        Assert.That(guest.Timeline.Checkpoints, Has.Member(13ul), "the FIFO holds three characters there");
        Assert.That(guest.Why(ValuePlace.Gpr(8), 3_000).Input!.Number, Is.EqualTo(2));
    }

    [Test]
    public void A_byte_that_came_in_a_frame_is_named_by_both()
    {
        using FrameRun run = new(jit, 4_000_000, 4_200_000);
        run.Assemble("addis r3,0,70", "mtspr ctr,r3", "bc 16,0,0", "addis r5,0,2", "lwz r3,2088(r5)", "lhz r4,17(r5)", "b 0");
        using Timeline timeline = run.Begin();
        timeline.GoTo(new Moment(5_000_000));
        CausalLink[] links = [.. ((string[])["r3", "r4"]).Select(register =>
            new DynamicSlice(timeline, new DebugNames(run.Board), new SliceOptions()).Follow(ValuePlace.Of(register)).From.Single())];
        Assert.That(links.Select(link => (link.End, link.Value)), Is.EqualTo([(LinkEnd.Frame, (uint?)0x28292a2b), (LinkEnd.Frame, 0x1112u)]));
        Assert.That(links.Select(link => link.Input), Is.EqualTo((OutsideInput[])
            [new("EMAC0", 2, new Moment(4_200_000), 40), new("EMAC0", 1, new Moment(4_000_000), 17)]));
    }

    [Test]
    public void A_frame_without_which_the_guest_lives_is_a_cause()
    {
        // It jumps to what stands in the second frame; where that does not come, to 0, where a loop is.
        using FrameRun run = new(jit, 4_000_000, 4_200_000);
        run.Write(0, Assembler.Word("b 0"));
        run.Assemble("addis r3,0,70", "mtspr ctr,r3", "bc 16,0,0", "addis r5,0,2", "lwz r3,2088(r5)", "mtspr ctr,r3", "bcctr 20,0");
        using Timeline timeline = run.Begin();
        RunResult result = new GuestSession(timeline.Machine).Run(new RunOptions { MaxInstructions = 6_000_000 });
        Death death = Death.Find(timeline, result, () => null, default)!;
        Assert.That(death.End, Is.EqualTo(RunEnd.ExceptionLoop));
        Explanation explanation = new DeathExplainer(timeline, new DebugNames(run.Board), new SliceOptions()).Explain(death);
        Assert.That(explanation.Causes.Select(cause => (cause.What, cause.At, cause.Verdict)), Is.EqualTo(
            [("frame 2 of EMAC0", new Moment(4_200_000), Verdict.Cause)]));
    }

    [Test]
    public void Timers_say_that_they_count_and_from_what()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r4,0,500", "mtspr 987,r4", "mfspr r3,987", "mftb r6,268", "addis r8,0,16", "mtspr 986,r8", "mfspr r7,986", "b 0"]));
        CausalLink pit = guest.Why(ValuePlace.Gpr(3), 7).From.Single();
        Assert.That((pit.Place.ToString(), pit.End, pit.Note), Is.EqualTo(
            ("pit", LinkEnd.Machine, "the PIT counts down by itself, and begins anew where TCR[ARE] is set; this set it.")));
        Assert.That(pit.From.Single().Value, Is.EqualTo(500));
        Assert.That(guest.Why(ValuePlace.Gpr(6), 7).From.Single(), Has.Property("End").EqualTo(LinkEnd.Machine).And.Property("Note").EqualTo(
            "the time base counts by itself with every instruction."));
        CausalLink control = guest.Why(ValuePlace.Gpr(7), 7).From.Single();
        Assert.That((control.Place.ToString(), control.End, control.From.Single().Place.ToString()), Is.EqualTo(("tcr", LinkEnd.None, "r8")));
    }

    [Test]
    public void What_DMA_copied_is_followed_to_where_it_was()
    {
        // DMA0_SA0, DA0, CT0 and CR0: three words, both addresses incrementing, started by software.
        string[] copy =
        [
            "addi r5,0,12288", "addi r4,0,5", "stw r4,8(r5)", "addi r6,r5,4", "mtdcr 259,r6", "addi r6,r5,DEST", "mtdcr 258,r6",
            "addi r6,0,3", "mtdcr 257,r6", "addis r6,0,-29888", "mtdcr 256,r6",
            .. Enumerable.Repeat("ori r0,r0,0", 40), "lwz r3,68(r5)", "lhz r7,70(r5)", "b 0",
        ];
        using SmallGuest guest = new(jit, (SmallGuest.Start, [.. copy.Select(word => word.Replace("DEST", "64", StringComparison.Ordinal))]));
        CausalLink copied = guest.Why(ValuePlace.Gpr(3), 53).From.Single();
        Assert.That((copied.Place.ToString(), copied.Value, copied.End, copied.IsCopy), Is.EqualTo(("[0x00003044]", (uint?)5, LinkEnd.None, true)));
        Assert.That(copied.From.Single(), Has.Property("Pc").EqualTo(0x1008u).And.Property("Value").EqualTo(5u));
        Assert.That(SlicePrinter.Lines(copied, showsAll: true)[0], Does.Contain("DMA copied  [0x00003044] = 0x5"));
        CausalLink half = guest.Why(ValuePlace.Gpr(7), 53).From.Single().From.Single();
        Assert.That((half.Place.ToString(), half.Value, half.Pc), Is.EqualTo(("[0x0000300a, 2 bytes]", (uint?)5, 0x1008u)));

        // Onto itself, a word farther: the second word is that which the first transfer of a unit has just stored.
        using SmallGuest onto = new(jit, (SmallGuest.Start, [.. copy.Select(word => word.Replace("DEST", "8", StringComparison.Ordinal)
            .Replace("68(r5)", "12(r5)", StringComparison.Ordinal).Replace("70(r5)", "14(r5)", StringComparison.Ordinal))]));
        CausalLink own = onto.Why(ValuePlace.Gpr(3), 53).From.Single();
        Assert.That((own.Value, own.End, own.Note), Is.EqualTo(
            ((uint?)0, LinkEnd.ForeignStore, "the same transfer of DMA had stored it in [0x00003008] before.")));
    }

    [Test]
    public void A_conditional_store_that_fails_says_who_took_its_reservation()
    {
        string[] code =
            ["addi r5,0,12288", "lwarx r3,0,r5", "sc", "stwcx. r3,0,r5", "mfcr r7", "b 0"];
        using SmallGuest guest = new(jit, (SmallGuest.Start, code), (0xc00, ["stwcx. r3,0,r5", "rfi"]));
        CausalLink failed = guest.Why(ValuePlace.CrField(0), 6).From.Single();
        Assert.That((failed.Place.ToString(), failed.Value, failed.Pc), Is.EqualTo(("reservation", (uint?)0, 0xc00u)));
        Assert.That(failed.Note, Does.StartWith("this stwcx. used the reservation up"));
        using SmallGuest held = new(jit, (SmallGuest.Start, code), (0xc00, ["ori r0,r0,0", "rfi"]));
        CausalLink made = held.Why(ValuePlace.CrField(0), 6).From.Single();
        Assert.That((made.Value, made.Pc, made.Note), Is.EqualTo(((uint?)1, 0x1004u, "the reservation was made here.")));
    }

    [Test]
    public void Addresses_lead_to_the_entry_of_the_TLB_by_which_a_page_was_found()
    {
        // Entry 7 maps page 0x5000 to 0x9000 at @6 and @7; entry 8 is written later and is another page's.
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            [
                "addi r4,0,7", "addi r5,0,20480", "ori r6,r5,0xc0", "addi r7,0,0", "ori r7,r7,0x9300", "tlbwe r7,r4,1", "tlbwe r6,r4,0",
                "addi r8,0,8", "tlbwe r7,r8,1", "addi r9,0,16", "mtmsr r9", "lwz r3,8(r5)", "b 0",
            ]));
        CausalLink loaded = guest.Why(ValuePlace.Gpr(3), 12, new SliceOptions { FollowsAddresses = true });
        Assert.That(loaded.From.Select(link => (link.Place.ToString(), link.Through, link.Value, link.At)), Is.EqualTo(
            ((string, LinkThrough, uint?, Moment?)[])
            [
                ("tlblo[7]", LinkThrough.Translation, 0x9300, new Moment(5)), ("[0x00009008]", LinkThrough.Value, 0, null),
            ]));
        Assert.That(SlicePrinter.Lines(loaded, showsAll: true), Has.Some.Contains("page: @5 "));
        Assert.That(guest.Why(ValuePlace.Gpr(3), 12).From, Has.Count.EqualTo(1), "nobody asked");
    }

    [Test]
    public void An_entry_of_the_TLB_is_made_of_its_value_and_of_its_number()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r5,0,12288", "lwz r4,0(r5)", "addi r6,0,192", "tlbwe r6,r4,0", "tlbre r7,r4,0", "b 0"]));
        SliceOptions addresses = new() { FollowsAddresses = true };
        CausalLink tag = guest.Why(ValuePlace.TlbTag(0), 5, addresses);
        Assert.That(tag.From.Select(link => (link.Place.ToString(), link.Through)), Is.EquivalentTo(((string, LinkThrough)[])
            [("r6", LinkThrough.Value), ("pid", LinkThrough.Value), ("r4", LinkThrough.Address)]));
        Assert.That(guest.Why(ValuePlace.Gpr(7), 5).From.Single().Place, Is.EqualTo(ValuePlace.TlbTag(0)));
        guest.Timeline.GoTo(new Moment(4));
        Assert.That(guest.Timeline.Change(new TlbEvictInjection(0)), Is.True);
        Assert.That(guest.Why(ValuePlace.TlbTag(0), 5).End, Is.EqualTo(LinkEnd.Injection));
        Assert.That(guest.Why(ValuePlace.TlbTag(1), 5).End, Is.EqualTo(LinkEnd.Beginning));
    }

    [Test]
    public void A_change_by_hand_is_an_end()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r5,0,12288", "lwz r3,4(r5)", "or r4,r6,r6", "b 0"]));
        guest.Timeline.GoTo(new Moment(1));
        Assert.That(guest.Timeline.Change(new MemoryInjection(0x3006, new byte[] { 0x12, 0x34 })), Is.True);
        Assert.That(guest.Timeline.Change(new GprInjection(6, 77)), Is.True);
        CausalLink memory = guest.Why(ValuePlace.Gpr(3), 3).From[0];
        Assert.That(guest.Why(ValuePlace.Gpr(3), 3).From[1].Place.ToString(), Is.EqualTo("[0x00003004, 2 bytes]"), "the rest");
        Assert.That((memory.End, memory.Value), Is.EqualTo((LinkEnd.Injection, (uint?)0x1234)));
        Assert.That(memory.Input, Is.EqualTo(new OutsideInput("", 1, new Moment(1), 0)));
        Assert.That(memory.Note, Is.EqualTo("memory 3006 1234"));
        CausalLink register = guest.Why(ValuePlace.Gpr(4), 3).From.Single();
        Assert.That((register.End, register.Value, register.At, register.Where), Is.EqualTo(
            (LinkEnd.Injection, (uint?)77, (Moment?)new Moment(1), "0x00001004")));

        // What is written after it wins, at the same count too.
        Assert.That(guest.Why(ValuePlace.Gpr(3), 3).End, Is.EqualTo(LinkEnd.None));
        guest.Timeline.GoTo(new Moment(1));
        Assert.That(guest.Timeline.Change(new GprInjection(3, 5)), Is.True);
        Assert.That(guest.Why(ValuePlace.Gpr(3), 3).Pc, Is.EqualTo(0x1004));
        Assert.That(guest.Why(ValuePlace.Gpr(3), 1).End, Is.EqualTo(LinkEnd.Injection));
    }

    [Test]
    public void What_was_loaded_is_named_down_to_the_byte()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r5,0,12288", "lbz r3,5(r5)", "b 0"]));
        guest.Timeline.GoTo(new Moment(2));
        DebugNames names = new(guest.Board) { Loaded = [new LoadedRange("vmlinux", 0x3000, 16)] };
        CausalLink link = new DynamicSlice(guest.Timeline, names, new SliceOptions()).Follow(ValuePlace.Gpr(3));
        Assert.That((link.From.Single().End, link.From[0].Note), Is.EqualTo(
            (LinkEnd.Loaded, "byte 5 of vmlinux, which was loaded to 0x00003000.")));
        Assert.That(guest.Why(ValuePlace.Gpr(3), 2).From.Single().End, Is.EqualTo(LinkEnd.Beginning), "without a name");
    }

    [Test]
    public void What_was_written_long_ago_is_found_at_full_speed()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r20,0,11", "mtspr sprg3,r20", "addis r4,0,8", "mtspr ctr,r4", "bc 16,0,0", "or r3,r20,r20", "mfspr r6,sprg3", "b 0"]));
        CausalLink register = guest.Why(ValuePlace.Gpr(3), 550_000).From.Single();
        Assert.That((register.At, register.End), Is.EqualTo(((Moment?)new Moment(0), LinkEnd.Constant)));
        CausalLink special = guest.Why(ValuePlace.Gpr(6), 550_000).From.Single();
        Assert.That((special.Place.ToString(), special.At), Is.EqualTo(("sprg3", (Moment?)new Moment(1))));
    }

    /// <summary>A board into which frames come.</summary>
    private sealed unsafe class FrameRun : IDisposable
    {
        private readonly GuestNetwork _network;
        private readonly RunFile _run;
        private readonly IEngine _engine;
        private Timeline? _timeline;

        /// <summary>Opens the receiver; the same broadcast comes twice.</summary>
        public FrameRun(bool jit, ulong first, ulong second)
        {
            const uint Buffer = 0x20000, Ring = 0x2000, Emac = 0xef600800;
            byte[] frame = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 9, 8, 0, .. Enumerable.Range(14, 60).Select(n => (byte)n)];
            using TemporaryFile file = new(System.Text.Encoding.ASCII.GetBytes(
                "ppcjit-run 1 ref405ep\nrun memory 16777216\nrun clock 333333330\nrun image 00\nport EMAC0 02:00:40:05:00:00\n"
                + string.Concat(((ulong[])[first, second]).Select(count => $"in {count} EMAC0 {Convert.ToHexStringLower(frame)}\n"))
                + "end 9000000 going-on none\n"));
            _run = RunFile.Read(file.Path);
            Board = _run.CreateBoard("frames");
            _network = GuestNetwork.Open(Board, _run.Connect(Board, new NetworkSettings()));
            _engine = jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
            Write(Emac + 4, 0x81788000);
            Write(Emac + 0x1c, 0x0200);
            Write(Emac + 0x20, 1);
            Write(Emac + 0x10, 0x40500000);
            for (uint n = 0; n < 4; n++)
            {
                Write(Ring + (8 * n), n == 3 ? 0xc0000000 : 0x80000000);
                Write(Ring + (8 * n) + 4, Buffer + (0x800 * n));
            }

            Board.Dcr.Write(0x1c0, Ring);
            Board.Dcr.Write(0x1e0, 0x80);
            Board.Dcr.Write(0x190, 0x80000000);
            Write(Emac, 0x18000000);
        }

        public Board Board { get; }

        public void Write(uint address, uint value) => Assert.That(Board.Memory.TryWrite(address, 4, value), Is.True);

        public void Assemble(params string[] code)
        {
            for (int n = 0; n < code.Length; n++)
                Write(SmallGuest.Start + (4 * (uint)n), Assembler.Word(code[n]));
            Board.Processor.State->Pc = SmallGuest.Start;
        }

        public Timeline Begin()
        {
            GuestMachine machine = new(Board, _engine, new SilentConsole(), _network);
            _run.Follow(machine);
            return _timeline = new Timeline(machine);
        }

        public void Dispose()
        {
            _timeline?.Dispose();
            _engine.Dispose();
            _network.Dispose();
            Board.Dispose();
        }
    }
}
