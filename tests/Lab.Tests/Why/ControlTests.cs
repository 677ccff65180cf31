using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Why;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Why;

/// <summary>Which branch decided that it came to an instruction.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class ControlTests(bool jit)
{
    private static readonly SliceOptions Control = new() { FollowsControl = true };

    [Test]
    public void What_runs_on_one_side_of_a_branch_depends_on_it_and_what_comes_after_both_does_not()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r3,0,5", "cmpwi 1,r3,5", "bc 4,6,12", "addi r4,0,1", "b 8", "addi r4,0,2", "addi r5,r4,1", "addi r6,0,9", "b 0"]));
        CausalLink sum = guest.Why(ValuePlace.Gpr(5), 8, Control);
        Assert.That(sum.From.Select(link => link.Through), Is.EqualTo([LinkThrough.Value]));
        CausalLink branch = sum.From.Single().From.Single();
        Assert.That((branch.Through, branch.Pc, branch.At), Is.EqualTo((LinkThrough.Control, 0x1008u, (Moment?)new Moment(2))));
        Assert.That(branch.From.Select(link => (link.Place.ToString(), link.Pc)), Is.EqualTo([("cr1", 0x1004u)]));
        Assert.That(branch.From[0].From.Single().Value, Is.EqualTo(5));
        Assert.That(guest.Why(ValuePlace.Gpr(6), 8, Control).From, Is.Empty);
        Assert.That(guest.Why(ValuePlace.Gpr(5), 8).From.Single().From, Is.Empty, "nobody asked");
    }

    [Test]
    public void What_a_function_does_depends_on_the_branch_around_its_call_and_not_on_those_of_functions_that_have_returned()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            [
                "addi r3,0,1", "bl 64", "cmpwi 0,r3,0", "bc 12,2,8", "bl 92", "b 0",
            ]),
            (0x1044, ["cmpwi 0,r3,7", "bc 12,2,8", "addi r3,r3,1", "bclr 20,0"]),
            (0x106c, ["addi r7,0,3", "bclr 20,0"]));
        CausalLink constant = guest.Why(ValuePlace.Gpr(7), 12, Control);
        Assert.That((constant.Pc, constant.From.Single().Pc, constant.From[0].Through), Is.EqualTo((0x106cu, 0x100cu, LinkThrough.Control)));
        CausalLink inner = guest.Why(ValuePlace.Gpr(3), 12, Control);
        Assert.That((inner.Pc, inner.From[^1].Pc, inner.From[^1].Through), Is.EqualTo((0x104cu, 0x1048u, LinkThrough.Control)));
    }

    [Test]
    public void What_comes_after_a_call_does_not_depend_on_the_branches_of_the_function()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,1", "bl 60", "addi r9,0,5", "b 0"]),
            (0x1040, ["cmpwi 0,r3,7", "bc 12,2,8", "addi r3,r3,1", "bclr 20,0"]));
        CausalLink after = guest.Why(ValuePlace.Gpr(9), 8, Control);
        Assert.That((after.Pc, after.From.Count), Is.EqualTo((0x1008u, 0)));
    }

    [Test]
    public void What_comes_after_an_early_return_depends_on_it()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,1", "bl 60", "b 0"]),
            (0x1040, ["cmpwi 0,r3,0", "bclr 12,2", "addi r8,0,4", "bclr 20,0"]));
        Assert.That(guest.Why(ValuePlace.Gpr(8), 6, Control).From.Single().Pc, Is.EqualTo(0x1044));
    }

    [Test]
    public void A_turn_of_a_loop_depends_on_the_branch_that_closed_it_and_so_on_its_counter()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start,
            ["addi r4,0,3", "mtspr ctr,r4", "addi r5,r5,2", "bc 16,0,-4", "addi r6,0,1", "b 0"]));
        CausalLink turn = guest.Why(ValuePlace.Gpr(5), 7, Control);
        CausalLink branch = turn.From[^1];
        Assert.That((branch.Pc, branch.At, branch.From[0].Place.ToString()), Is.EqualTo((0x100cu, (Moment?)new Moment(5), "ctr")));
        Assert.That(guest.Why(ValuePlace.Gpr(6), 10, Control).From, Is.Empty, "the loop ends in any case");
    }

    [Test]
    public void A_handler_runs_because_of_its_exception_and_what_it_interrupted_does_not()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,1", "cmpwi 0,r3,0", "bc 12,2,12", "sc", "addi r9,0,1", "b 0"]),
            (0xc00, ["addi r8,0,2", "rfi"]));
        CausalLink handler = guest.Why(ValuePlace.Gpr(8), 7, Control).From.Single();
        Assert.That((handler.Exception, handler.Through), Is.EqualTo(((ExceptionKind?)ExceptionKind.SystemCall, LinkThrough.Control)));
        Assert.That(guest.Why(ValuePlace.Gpr(9), 7, Control).From.Single().Pc, Is.EqualTo(0x1008));
    }

    [Test]
    public void Why_the_guest_is_where_it_is_can_be_asked_without_a_value()
    {
        using SmallGuest guest = new(jit, (SmallGuest.Start, ["addi r3,0,1", "cmpwi 0,r3,0", "bc 12,2,12", "addi r9,0,1", "b 0"]));
        guest.Timeline.GoTo(new Moment(4));
        DynamicSlice slice = new(guest.Timeline, new DebugNames(guest.Board), new SliceOptions());
        Assert.That(slice.FollowControl()!.Pc, Is.EqualTo(0x1008));
        Assert.That(guest.Timeline.Present, Is.EqualTo(new Moment(4)));
    }
}
