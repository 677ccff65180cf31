using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Tests.Sessions;

/// <summary>Guests whose handlers return and change nothing: instructions complete all the time, and still nothing goes on.</summary>
[TestFixture]
internal sealed unsafe class FaultCycleTests
{
    [Test]
    public void A_handler_that_returns_to_the_same_fault_for_ever_ends_the_run_as_a_failure()
    {
        using SmallGuest guest = new SmallGuest().Print("x").FaultInACircle();
        RunResult result = guest.Run(new RunOptions { MaxInstructions = 100_000_000 });
        Assert.That((result.End, result.GuestFailed), Is.EqualTo((RunEnd.FaultCycle, true)));
        Assert.That(result.Instructions, Is.LessThan(10_000_000));
        string report = string.Join('\n', FaultReport.Lines(guest.Board, result, symbols: null));
        Assert.That(report, Does.StartWith("The guest failed: the same faults come again and again").And.Contain("Program at 0x00001018"));
    }

    [Test]
    public void It_goes_on_when_the_person_wants_it_or_the_handler_changes_something([Values] bool ignored)
    {
        using SmallGuest guest = new SmallGuest().FaultInACircle(counts: !ignored);
        Assert.That(guest.Run(new RunOptions { MaxInstructions = 1_000_000, IgnorePanic = ignored }).End, Is.EqualTo(RunEnd.InstructionLimit));
    }

    [Test]
    public void A_circle_of_several_faults_is_one_too([Values(1, 2, 16)] int length)
    {
        using SmallGuest guest = new();
        FaultCycle cycle = new(guest.Board.Processor);
        int taken = 0;
        while (!cycle.Note(Fault(taken, taken % length)) && taken < 10_000_000)
            taken++;
        Assert.That((taken, cycle.IsCertain), Is.EqualTo((FaultCycle.Repetitions * length, true)));
    }

    [Test]
    public void An_interrupt_between_the_faults_shows_that_the_guest_goes_on()
    {
        using SmallGuest guest = new();
        FaultCycle cycle = new(guest.Board.Processor);
        for (int n = 0; n < 4 * FaultCycle.Repetitions; n++)
            Assert.That(cycle.Note(n % FaultCycle.Repetitions == 0 ? Fault(n, 0) with { Kind = ExceptionKind.Pit } : Fault(n, 0)), Is.False);
    }

    [Test]
    public void A_register_that_changes_shows_that_the_guest_goes_on()
    {
        using SmallGuest guest = new();
        FaultCycle cycle = new(guest.Board.Processor);
        for (int n = 0; n < 4 * FaultCycle.Repetitions; n++)
        {
            guest.Board.Processor.State->Gpr[n % 32]++;
            Assert.That(cycle.Note(Fault(n, 0)), Is.False);
        }
    }

    private static ExceptionRecord Fault(int count, int place) =>
        new((ulong)count, ExceptionKind.DataTlbMiss, 0x1000 + (4 * (uint)place), 0, 0, 0xdead0000);
}
