using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Tests.Scenarios.Checks;

public sealed class LostReturnStateCheckTests
{
    private const string Sick = "entry=mmu-first upages=2 fast=on uarea=";

    [Test]
    public void An_interrupt_before_the_stack_is_touched_loses_SRR0_and_SRR1([Values("kva", "natural")] string uarea, [Values] bool jit)
    {
        using UareaMachine machine = Interrupted(Sick + uarea, "softint_return", jit, new LostReturnStateCheck());

        Assert.That(machine.Findings, Has.Count.EqualTo(1));
        Finding finding = machine.Findings[0];
        Assert.That(finding.Cause, Is.EqualTo(
            "lost-return-state: SRR0 and SRR1 lost to a data TLB miss at intr_entry_mmu_first+0x48, Pit taken in softint_return"));
        Assert.That(finding.Wrong.Places.Select(place => place.ToString()), Is.EqualTo(["srr0"]));
        Assert.That(machine.Console, Does.Not.Contain("panic"));
    }

    [Test]
    public void The_guest_that_has_lost_them_panics_for_an_instruction_TLB_miss_in_kernel_text([Values("kva", "natural")] string uarea)
    {
        using UareaMachine machine = Interrupted(Sick + uarea, "softint_return", jit: false);

        Assert.That(machine.Console, Does.Contain("PID 0x00000000").And.Contain("panic: instruction TLB miss in kernel text at 0x"));
    }

    [Test]
    public void A_soft_interrupt_in_KVA_can_be_hit_as_it_begins()
    {
        using UareaMachine machine = Interrupted(Sick + "kva", "softint_dispatch", jit: true, new LostReturnStateCheck());

        Assert.That(machine.Findings.Select(finding => finding.Cause), Has.One.Items.And.All.EndsWith("Pit taken in softint_dispatch"));
    }

    [Test]
    public void The_same_interrupt_harms_none_of_the_cures(
        [Values("entry=mmu-first upages=1 uarea=kva", "entry=mmu-first uarea=direct", "entry=mmu-first-saved uarea=kva",
            "entry=wired-stack uarea=kva",
            "entry=touched uarea=kva")] string options,
        [Values("softint_dispatch", "softint_return")] string path)
    {
        using UareaMachine machine = Interrupted(options, path, jit: true, new LostReturnStateCheck());

        Assert.That(machine.Findings, Is.Empty);
        Assert.That(machine.Console, Does.Contain("UAREA-OK"));
    }

    /// <summary>
    /// Runs with a PIT interrupt where a function has enabled interrupts, each fifth time: its own soft interrupt and
    /// its return come there too.
    /// </summary>
    private static UareaMachine Interrupted(string options, string function, bool jit, params ICheck[] checks)
    {
        UareaMachine machine = new(options, jit);
        int arrivals = 0;
        machine.At(machine.AfterEnabling(function), found =>
        {
            if (++arrivals % 5 == 0)
                found.RaisePit();
            return true;
        });
        machine.Run(checks);
        return machine;
    }
}
