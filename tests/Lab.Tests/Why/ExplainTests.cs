using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Tests.Scenarios;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Why;

/// <summary>Deaths explained from themselves: nothing is known of the kernels but their symbols.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed unsafe class ExplainTests(bool jit)
{
    [Test]
    public void Kern_54994_with_the_MMU_first_is_explained_down_to_the_missing_touch()
    {
        using Dying dying = Dying.Uarea(jit);
        Explanation explanation = dying.Explain();
        Assert.That(explanation.CutOff, Is.Empty);
        Statement fault = explanation.Statements[0];
        Assert.That((fault.Kind, fault.Exception), Is.EqualTo((StatementKind.Fault, (ExceptionKind?)ExceptionKind.InstructionTlbMiss)));
        Statement lost = explanation.Statements.Single(statement => statement.Kind == StatementKind.LostState);
        Assert.That(lost.Exception, Is.EqualTo(ExceptionKind.DataTlbMiss));
        Assert.That(lost.Where, Does.Contain("intr_entry_mmu_first+0x48"), "its first store to the stack");
        Assert.That(lost.Text, Does.StartWith(
            "DataTlbMiss of 'stwu r31,-96(r1)' with address 0x80107dc0 overwrote SRR0 and SRR1, in which External at "));
        Statement interrupt = explanation.Statements.Single(statement => statement.Kind == StatementKind.Interrupt);
        Assert.That(interrupt.Exception, Is.EqualTo(ExceptionKind.External));
        Assert.That(interrupt.Where, Is.EqualTo(dying.Place("softint_return", 0x38)));
        Assert.That(interrupt.Text, Does.EndWith("it was raised by hand."));
        Statement touch = explanation.Statements.Single(statement => statement.Kind == StatementKind.MissingTouch);
        Assert.That(touch.Where, Is.EqualTo(dying.Place("softint_return", 0x20)), "the load of the stack pointer");
        Assert.That(touch.Text, Does.Contain("interrupts were enabled at").And.Contain("'wrteei 1'"));
        Statement replaced = explanation.Statements.Single(statement => statement.Kind == StatementKind.Replaced);
        Assert.That(replaced.Text, Does.Contain("the page 0x80104000"));
        Assert.That(explanation.Statements.Select(statement => statement.At), Is.Ordered.Descending);

        // The interrupt is fatal at three places, as a search finds too, and harmless ahead of them and behind.
        TriedCause cause = explanation.Causes.Single();
        ulong came = interrupt.At.Count;
        Assert.That((cause.Verdict, cause.At), Is.EqualTo((Verdict.Cause, interrupt.At)));
        Assert.That(cause.Text, Does.StartWith("the guest dies with it and lives without it; it is fatal from "
            + $"{new Moment(came)} to {new Moment(came + 2)} ({dying.Place("softint_return", 0x40)}); earlier, at "));
        Assert.That(cause.Text, Does.Contain(dying.Place("softint_return", 0) + "), it is not, later, at").And.EndsWith("it is not."));
    }

    [Test]
    public void Kern_54994_with_the_stack_in_real_mode_is_explained_by_the_frame_that_went_elsewhere()
    {
        using Dying dying = Dying.Uarea(jit, "entry=real-mode upages=2 fast=on uarea=kva", injects: false);
        Explanation explanation = dying.Explain();
        Assert.That(explanation.Statements[0].Text, Does.StartWith("Program: '.long 0x0' is none that can be executed"));
        Statement page = explanation.Statements.Single(statement => statement.Kind == StatementKind.WrongPage);
        Assert.That(page.Where, Does.Contain("intr_entry_real_mode"));
        Assert.That(page.Text, Does.Contain("with translation off (MSR[DR] = 0): it goes to physical 0x8001ffc8, where this board has nothing")
            .And.Contain("loads from the same address and gets 0x0 from physical 0x"));
        Assert.That(explanation.Statements.Single(statement => statement.Kind == StatementKind.Interrupt).Text, Does.EndWith("UART0 asked for it."));
        Assert.That(explanation.Causes.Single().Verdict, Is.EqualTo(Verdict.History), "the next interrupt on such a stack is as fatal");
    }

    [Test]
    public void A_change_by_hand_a_key_and_a_timer_are_tried_too()
    {
        // r3 is the character that is read, or 0; whoever branches to what is no code dies.
        string[] code =
        [
            "addis r5,0,-4256", "ori r5,r5,768", "addi r6,0,3", "stb r6,3(r5)", "lbz r4,5(r5)", "andi. r4,r4,1", "bc 12,2,-8", "lbz r3,0(r5)",
            "addis r3,r3,28000", "mtspr ctr,r3", "bcctr 20,0",
        ];
        using Dying typed = new(jit, code, run => run.Machine.Press((byte)'x'));
        TriedCause key = typed.Explain().Causes.Single();
        Assert.That((key.What, key.Verdict), Is.EqualTo(("character 1 of UART0", Verdict.Cause)));
        code = ["addi r4,0,40", "mtspr ctr,r4", "bc 16,0,0", "cmpwi 0,r9,0", "bc 12,2,0", "mtspr ctr,r9", "bcctr 20,0"];
        using Dying changed = new(jit, code, run =>
        {
            run.GoTo(new Moment(20));
            Assert.That(run.Change(new GprInjection(9, 0x70000000)), Is.True);
        });
        Assert.That(changed.Explain().Causes.Select(cause => (cause.What, cause.Verdict)), Is.EqualTo([("change 1 by hand", Verdict.Cause)]));
    }

    [Test]
    public void A_timer_s_interrupt_without_which_the_guest_lives_is_a_cause()
    {
        // The PIT's handler jumps into nowhere.
        using Dying dying = new(jit,
            [
                "addis r3,0,1", "mtspr 982,r3", "addi r4,0,100", "mtspr 987,r4", "addis r4,0,1024", "mtspr 986,r4", "wrteei 1", "b 0",
            ],
            (0x11000, ["addis r9,0,28000", "mtspr ctr,r9", "bcctr 20,0"]));
        TriedCause cause = dying.Explain().Causes.Single();
        Assert.That((cause.What, cause.Verdict), Is.EqualTo(($"Pit at {cause.At}, 0x0000101c", Verdict.Cause)));
        Assert.That(cause.Text, Does.Contain("; how far earlier was not looked at, how far later was not looked at."), "it is fatal everywhere near");
    }

    [TestCase(0x90000000u, "in no u-area, while lwp '")]
    [TestCase(0u, "in the u-area 0x")]
    public void A_stack_pointer_that_is_not_in_the_stack_of_what_runs_is_named_with_what_set_it(uint stack, string where)
    {
        using DebuggedGuest guest = new(jit, "uarea", commandLine: "entry=mmu-first upages=2 fast=on uarea=natural");
        GuestSession session = new(guest.Machine);
        GuestKernel kernel = new(guest.Machine.Board, UareaMachine.Describe(guest.Symbol, 32768));
        DebugNames names = new(guest.Machine.Board, guest.Symbols) { Kernel = kernel };
        Assert.That(guest.Timeline.FindNext(new ExecProbe(guest.Symbol("proc_fork")), 5_000_000).Hit, Is.Not.Null);
        uint other = stack != 0 ? stack
            : kernel.Lwps().Where(lwp => lwp != kernel.CurrentLwp).Select(lwp => kernel.UAreaOf(lwp)).OfType<uint>().First() + 0x100;
        Moment changed = guest.Timeline.Present;
        Assert.That(guest.Timeline.Change(new GprInjection(1, other)), Is.True);
        RunResult result = session.Run(new RunOptions { MaxInstructions = 20_000_000, Symbols = guest.Symbols });
        Death death = Death.Find(guest.Timeline, result, () => session.PanicAt, default)!;
        Explanation explanation = new DeathExplainer(guest.Timeline, names, new SliceOptions()).Explain(death);
        TestContext.Out.WriteLine(string.Join('\n', ExplanationPrinter.Lines(explanation, false)));
        Statement outside = explanation.Statements.Single(statement => statement.Kind == StatementKind.OutsideStack);
        Assert.That(outside.At, Is.EqualTo(changed));
        Assert.That(outside.Text, Does.StartWith($"a change makes r1 = 0x{other:x8}, which becomes the stack pointer: it is {where}"));
    }

    [Test]
    public void A_jump_into_nowhere_is_followed_to_where_its_address_was_made()
    {
        using Dying dying = new(jit, ["addis r9,0,28607", "mtspr ctr,r9", "bcctr 20,0"]);
        Explanation explanation = dying.Explain();
        Assert.That(explanation.Statements.Select(statement => statement.Kind), Does.Contain(StatementKind.Fault));
        CausalLink chain = explanation.Chains[0];
        Assert.That((chain.Place.ToString(), chain.Pc, chain.From[0].From[0].End), Is.EqualTo(("pc", 0x1008u, LinkEnd.Constant)));
        Assert.That(explanation.Chains[^1].Place.ToString(), Is.EqualTo("evpr"));
    }

    [Test]
    public void A_return_address_that_was_overwritten_is_named_with_the_store()
    {
        // A function saves LR, a loop of three stores goes one too far, and it returns to what was stored.
        using Dying dying = new(jit, ["addi r1,0,12288", "bl 60"], (0x1040,
            [
                "mfspr r0,lr", "stwu r1,-16(r1)", "stw r0,12(r1)", "addi r4,r1,0", "addi r5,0,3", "mtspr ctr,r5", "addis r6,0,26505",
                "stwu r6,4(r4)", "bc 16,0,-4", "lwz r0,12(r1)", "mtspr lr,r0", "bclr 20,0",
            ]));
        Explanation explanation = dying.Explain();
        Statement bad = explanation.Statements.Single(statement => statement.Kind == StatementKind.BadReturn);
        Assert.That(bad.Text, Does.StartWith("'blr' returns to 0x67890000, which was never a return address"));
        Statement overwritten = explanation.Statements.Single(statement => statement.Kind == StatementKind.Overwritten);
        Assert.That((overwritten.Pc, overwritten.At), Is.EqualTo((0x105cu, new Moment(13))));
        Assert.That(overwritten.Text, Is.EqualTo("'stwu r6,4(r4)' overwrites the return address 0x00001008, which had been saved in [0x00002ffc] "
            + "at @4 by 'stw r0,12(r1)' at 0x00001048."));
    }

    [Test]
    public void Code_that_was_overwritten_is_named_with_the_store()
    {
        using Dying dying = new(jit, ["addi r4,0,0", "stw r4,4116(0)", "dcbst 0,r4", "addi r3,0,4116", "icbi 0,r3", "ori r0,r0,0"]);
        Explanation explanation = dying.Explain();
        Statement overwritten = explanation.Statements.Single(statement => statement.Kind == StatementKind.Overwritten);
        Assert.That((overwritten.Pc, overwritten.Text), Is.EqualTo((0x1004u, "this stored 0x00000000 where code was to be executed.")));
    }

    [Test]
    public void A_value_that_nothing_has_stored_is_named()
    {
        using Dying dying = new(jit, ["addi r5,0,12288", "lwz r9,64(r5)", "mtspr ctr,r9", "bcctr 20,0"]);
        Explanation explanation = dying.Explain();
        Assert.That(explanation.Statements.Single(statement => statement.Kind == StatementKind.NeverWritten && statement.Pc == 0x1004).Text,
            Is.EqualTo("'lwz r9,64(r5)' loads [0x00003040], where nothing has been stored since reset."));
    }

    [Test]
    public void A_guest_that_hangs_until_the_watchdog_resets_it_says_what_its_loop_asks()
    {
        // TCR: watchdog after 2^17 ticks, system reset. The loop waits for a word that nobody writes.
        using Dying dying = new(jit, ["addis r3,0,12288", "mtspr 986,r3", "addi r5,0,12288", "lwz r4,0(r5)", "cmpwi 0,r4,0", "bc 12,2,-8", "b 0"]);
        Explanation explanation = dying.Explain();
        Assert.That(dying.Death.End, Is.EqualTo(RunEnd.WatchdogReset));
        Assert.That(explanation.Statements.Select(statement => (statement.Kind, statement.Pc)), Does.Contain((StatementKind.Branch, 0x1014u)));
        Assert.That(explanation.Statements.Select(statement => statement.Text),
            Does.Contain("the guest goes round and round: the last turn had 3 instructions."));
        CausalLink asked = explanation.Chains.First(chain => chain.Place == ValuePlace.CrField(0));
        Assert.That(asked.From.Single().From.Single().End, Is.EqualTo(LinkEnd.Beginning));
    }

    [Test]
    public void A_processor_that_waits_for_nothing_is_followed_to_who_told_it_to()
    {
        using Dying dying = new(jit, ["addis r3,0,4", "mtmsr r3", "b 0"]);
        Explanation explanation = dying.Explain();
        Assert.That((dying.Death.End, explanation.Chains[0].Pc), Is.EqualTo((RunEnd.WaitsForever, 0x1004u)));
    }

    [Test]
    public void Explaining_changes_nothing_and_a_guest_that_lives_has_nothing_to_explain()
    {
        using Dying dying = Dying.Uarea(jit);
        Moment here = dying.Timeline.Present;
        ulong hash = dying.Board.StateHash();
        dying.Explain();
        Assert.That((dying.Timeline.Present, dying.Board.StateHash()), Is.EqualTo((here, hash)));
        using SmallGuest lives = new(jit, (SmallGuest.Start, ["b 0"]));
        lives.Timeline.GoTo(new Moment(1_000));
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1));
        Assert.That(Death.Find(lives.Timeline, null, () => null, soon.Token), Is.Null);
    }

    /// <summary>A guest that has died.</summary>
    internal sealed class Dying : IDisposable
    {
        private readonly DebuggedGuest? _uarea;
        private readonly SmallGuest? _small;

        public Dying(bool jit, string[] code, params (uint Address, string[] Instructions)[] more)
            : this(jit, code, _ => { }, more)
        {
        }

        public Dying(bool jit, string[] code, Action<Timeline> prepare, params (uint Address, string[] Instructions)[] more)
        {
            _small = new SmallGuest(jit, [(SmallGuest.Start, code), .. more]);
            prepare(_small.Timeline);
            Death = Die(new GuestSession(_small.Timeline.Machine), _small.Timeline);
        }

        private Dying(DebuggedGuest uarea, Death death) => (_uarea, Death) = (uarea, death);

        public Death Death { get; }

        public Timeline Timeline => _uarea?.Timeline ?? _small!.Timeline;

        public Board Board => Timeline.Machine.Board;

        private DebugNames Names => _uarea is null ? new DebugNames(Board) : new DebugNames(Board, _uarea.Symbols);

        /// <summary>Our kernel with the bug of kern/54994; an interrupt comes where the stack's page is in no TLB entry.</summary>
        public static Dying Uarea(bool jit, string commandLine = "entry=mmu-first upages=2 fast=on uarea=natural", bool injects = true)
        {
            DebuggedGuest guest = new(jit, "uarea", commandLine: commandLine);
            GuestSession session = new(guest.Machine);
            if (injects)
            {
                ExecProbe place = new(guest.Symbol("softint_return") + 0x38)
                {
                    When = board => board.Processor.Tlb.Find(board.Processor.State->Gpr[1]) < 0,
                };
                Assert.That(guest.Timeline.FindNext(place, 5_000_000).Hit, Is.Not.Null);
                Assert.That(guest.Timeline.Change(new InterruptInjection(InterruptSource.External, -1)), Is.True);
            }

            return new Dying(guest, Die(session, guest.Timeline, guest.Symbols));
        }

        public string Place(string function, uint offset) => Names.Describe(_uarea!.Symbol(function) + offset);

        public Explanation Explain() => new DeathExplainer(Timeline, Names, new SliceOptions()).Explain(Death);

        public void Dispose()
        {
            _uarea?.Dispose();
            _small?.Dispose();
        }

        private static Death Die(GuestSession session, Timeline timeline, SymbolTable? symbols = null)
        {
            RunResult result = session.Run(new RunOptions { MaxInstructions = 20_000_000, Symbols = symbols });
            Assert.That(result.GuestFailed, Is.True, $"{result.End}");
            return Death.Find(timeline, result, () => session.PanicAt, default)!;
        }
    }
}

public sealed class ExplainOnBothEnginesTests
{
    [TestCase("entry=mmu-first upages=2 fast=on uarea=natural", true)]
    [TestCase("entry=real-mode upages=2 fast=on uarea=kva", false)]
    public void Explanations_are_the_same(string commandLine, bool injects)
    {
        string[][] both = [.. ((bool[])[false, true]).Select(jit =>
        {
            using ExplainTests.Dying dying = ExplainTests.Dying.Uarea(jit, commandLine, injects);
            return ExplanationPrinter.Lines(dying.Explain(), showsAll: true).ToArray();
        })];
        Assert.That(both[0], Has.Length.GreaterThan(15).And.EqualTo(both[1]));
    }
}
