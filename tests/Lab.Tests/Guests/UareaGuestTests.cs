using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Tests.Scenarios;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Guests;

/// <summary>What the guest does when no interrupt is put anywhere on purpose: the rows of kern/54994, and the cures.</summary>
public sealed class UareaGuestTests
{
    [Test]
    public void It_runs_where_the_stack_is_used_in_real_mode_and_u_areas_are_direct_mapped(
        [Values("upages=1 uarea=direct", "upages=1 uarea=natural", "upages=2 uarea=direct")] string areas, [Values("on", "off")] string fast)
    {
        RunsWell($"entry=real-mode {areas} fast={fast}");
    }

    [Test]
    public void It_runs_with_every_other_entry_and_every_u_area(
        [Values("mmu-first", "mmu-first-saved", "wired-stack", "touched")] string entry,
        [Values("upages=1 uarea=direct", "upages=1 uarea=kva", "upages=2 uarea=direct", "upages=2 uarea=natural", "upages=2 uarea=kva")] string areas,
        [Values("on", "off")] string fast)
    {
        RunsWell($"entry={entry} {areas} fast={fast}");
    }

    [Test]
    public void It_dies_at_the_first_interrupt_on_a_stack_in_KVA_that_is_used_in_real_mode(
        [Values("upages=2 uarea=natural", "upages=2 uarea=kva", "upages=1 uarea=kva")] string areas, [Values] bool jit)
    {
        using UareaMachine machine = new($"entry=real-mode {areas}", jit);
        RunResult result = machine.Run();

        Assert.That(machine.Console, Does.Contain(UareaGuest.PanicText + "illegal instruction at 0x00000000"));
        Assert.That(machine.Console, Does.Not.Contain(UareaGuest.SuccessText));
        Assert.That(result.End, Is.EqualTo(RunEnd.Panic));
    }

    [Test]
    public void Fragmented_memory_gives_u_areas_of_two_pages_in_KVA_and_of_one_page_direct_mapped()
    {
        using UareaMachine two = new("entry=mmu-first upages=2 uarea=natural", jit: true);
        using UareaMachine one = new("entry=mmu-first upages=1 uarea=natural", jit: true);
        two.Run();
        one.Run();

        Assert.That(two.Console, Does.Match(@"u-areas in KVA +25\r\n"));
        Assert.That(one.Console, Does.Match(@"u-areas in KVA +0\r\n"));
    }

    [Test]
    public void A_word_that_is_not_an_option_is_named()
    {
        using UareaMachine machine = new("entry=mmu-fist");
        machine.Run();

        Assert.That(machine.Console, Does.Contain("not an option: entry=mmu-fist").And.Contain(UareaGuest.PanicText));
    }

    private static void RunsWell(string commandLine)
    {
        using UareaMachine machine = new(commandLine, jit: true);
        RunResult result = machine.Run();

        Assert.That(machine.Console, Does.EndWith(UareaGuest.SuccessText + "\r\n"));
        Assert.That(machine.Console, Does.Contain("all children were right"));
        Assert.That(result.StopReason, Is.EqualTo(StopReason.SystemReset));
        foreach (ExceptionKind kind in (ReadOnlySpan<ExceptionKind>)[
            ExceptionKind.External, ExceptionKind.Pit, ExceptionKind.Fit, ExceptionKind.SystemCall])
            Assert.That(result.ExceptionsOf(kind), Is.GreaterThan(10ul), $"{kind}");
    }
}
