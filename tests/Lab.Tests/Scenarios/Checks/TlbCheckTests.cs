using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Tests.Scenarios.Checks;

public sealed unsafe class TlbCheckTests
{
    private const string Options = "entry=mmu-first uarea=kva";

    [Test]
    public void A_miss_handler_that_misses_is_found()
    {
        using UareaMachine machine = new(Options);
        machine.At(machine.Symbol("tlb_miss"), found =>
        {
            found.State->Msr |= Msr.Dr;
            return true;
        });
        machine.Run(new TlbHandlerReentryCheck());

        Finding finding = machine.Findings.Single();
        Assert.That(finding.Cause, Does.StartWith("tlb-handler-reentry: data TLB miss at tlb_miss"));
        Assert.That(finding.Wrong.Places.Select(place => place.ToString()), Is.EqualTo(["dear"]));
    }

    [Test]
    public void Misses_of_ordinary_handlers_are_no_reentry(
        [Values("entry=mmu-first-saved uarea=kva", "entry=mmu-first uarea=natural fast=off")] string options)
    {
        using UareaMachine machine = new(options, jit: true);
        machine.Run(new TlbHandlerReentryCheck(), new ExceptionLoopCheck(), new StaleTranslationCheck());

        Assert.That(machine.Findings, Is.Empty);
        Assert.That(machine.Console, Does.Contain("UAREA-OK"));
    }

    [Test]
    public void A_use_of_a_TLB_entry_that_was_not_flushed_is_found([Values] bool jit)
    {
        using UareaMachine machine = new(Options, jit);
        machine.At(machine.Symbol("proc_fork"), found => MoveStack(found, flush: false));
        machine.Run(new StaleTranslationCheck());

        Finding finding = machine.Findings.Single();
        Assert.That(finding.Summary, Does.Match(
            @"^\w+(\+0x\w+)? (stores to|loads from) 0x8\w+ \(page 1 of the u-area 0x8\w+ of lwp 'init'\) through TLB entry \d+, "
                + @"which leads to physical 0x01\w+; "
            + @"the kernel's page table now maps it to 0x0008\w+, and the entry was not invalidated\.$"));
    }

    [Test]
    public void A_page_that_moves_and_is_flushed_is_no_finding([Values] bool jit)
    {
        using UareaMachine machine = new(Options, jit);
        machine.At(machine.Symbol("proc_fork"), found => MoveStack(found, flush: true));
        machine.Run(new StaleTranslationCheck());

        Assert.That(machine.Findings, Is.Empty);
        Assert.That(machine.Console, Does.Contain("UAREA-OK"));
    }

    [Test]
    public void An_exception_whose_handler_is_no_code_is_a_loop()
    {
        using UareaMachine machine = new(Options);
        machine.At(machine.Symbol("net_softint"), found =>
        {
            found.State->Evpr = 0x00f00000;
            return false;
        });
        machine.Run(new ExceptionLoopCheck());

        Assert.That(machine.Findings.Single().Cause, Is.EqualTo("exception-loop: program exception at 0x00f00700"));
    }

    [Test]
    public void An_interrupt_that_nobody_withdraws_is_a_loop()
    {
        using UareaMachine machine = new(Options, jit: true);
        machine.At(machine.Symbol("exception_exit"), found =>
        {
            found.RaisePit();
            return true;
        });
        machine.Run(new ExceptionLoopCheck());

        Assert.That(machine.Findings.Single().Cause, Does.StartWith("exception-loop: PIT interrupt at "));
    }

    [Test]
    public void A_fork_of_each_check_has_a_state_of_its_own_and_the_same_name()
    {
        foreach (string name in CheckCatalog.Names)
        {
            ICheck check = CheckCatalog.Create(name)!;
            Assert.That((check.Name, check.Fork().Name), Is.EqualTo((name, name)));
        }

        Assert.That(CheckCatalog.Create("no-such-check"), Is.Null);
    }

    /// <summary>Moves the page with the running stack to memory that the guest does not use, as its kernel could.</summary>
    private static bool MoveStack(UareaMachine machine, bool flush)
    {
        const uint Unused = 0x00080000;
        const uint Page = 0x4000;
        uint stack = machine.State->Gpr[1] & ~(Page - 1);
        PhysicalAddressSpace memory = machine.Processor.Memory;
        Assert.That(machine.View!.TryTranslateByKernel(stack, out uint present), Is.True);
        byte[] content = new byte[Page];
        Assert.That(memory.TryCopyOut(present, content) && memory.TryCopyIn(Unused, content), Is.True);
        Assert.That(memory.TryWrite(machine.Symbol("kernel_page_table") + ((stack - 0x80000000) / Page * 4), 4, Unused | 0x100), Is.True);
        if (flush)
            machine.Processor.Tlb.Evict(machine.Processor.Tlb.Find(stack));
        return false;
    }
}
