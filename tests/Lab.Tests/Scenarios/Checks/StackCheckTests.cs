using System.Text.RegularExpressions;
using PpcJit.Kernel;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Tests.Scenarios.Checks;

public sealed class StackCheckTests
{
    [Test]
    public void A_frame_on_a_stack_in_KVA_with_translation_off_is_found_at_its_first_store(
        [Values("kva", "natural")] string uarea, [Values] bool jit)
    {
        using UareaMachine machine = new($"entry=real-mode uarea={uarea}", jit);
        machine.Run(new StackInRealModeCheck());

        Finding finding = machine.Findings.Single();
        Assert.That(finding.Cause, Is.EqualTo("stack-in-real-mode: intr_entry_real_mode+0x34"));
        Assert.That(finding.Summary, Does.Match(
            @"^An? \w+ interrupt came at \w+\+0x\w+ in lwp '\w+'; its handler stores to the stack with translation off at "
                + @"intr_entry_real_mode\+0x34: "
            + @"0x8\w+ \(page 1 of the u-area 0x8\w+ of lwp 'init'\) should hit physical 0x0\w+, and hits physical "
                + @"0x8\w+, where this board has nothing\.$"));
        Assert.That(machine.Console, Does.Not.Contain("panic"), "found before the kernel has died");
    }

    [Test]
    public void Both_engines_find_the_same_at_the_same_count()
    {
        using UareaMachine interpreter = new("entry=real-mode uarea=natural");
        using UareaMachine jit = new("entry=real-mode uarea=natural", jit: true);
        interpreter.Run(new StackInRealModeCheck());
        jit.Run(new StackInRealModeCheck());

        Finding expected = interpreter.Findings.Single();
        Finding found = jit.Findings.Single();
        Assert.That((found.Count, found.Summary, found.Since), Is.EqualTo((expected.Count, expected.Summary, expected.Since)));
    }

    [TestCase("entry=real-mode uarea=direct")]
    [TestCase("entry=real-mode uarea=natural upages=1")]
    [TestCase("entry=mmu-first uarea=kva")]
    [TestCase("entry=wired-stack uarea=kva")]
    public void A_stack_that_is_where_it_seems_or_is_used_with_translation_is_no_finding(string options)
    {
        using UareaMachine machine = new(options, jit: true);
        machine.Run(new StackInRealModeCheck(), new UnbackedAccessCheck());

        Assert.That(machine.Findings, Is.Empty);
        Assert.That(machine.Console, Does.Contain("UAREA-OK"));
    }

    [Test]
    public void A_store_to_where_the_board_has_nothing_is_found()
    {
        using UareaMachine machine = new("entry=real-mode uarea=kva");
        machine.Run(new UnbackedAccessCheck());

        Assert.That(machine.Findings.Single().Summary, Does.Match(
            @"^intr_entry_real_mode\+0x34 stores to physical 0x8\w+, with translation off; this board has nothing there, "
                + @"in the handler of an? \w+ interrupt came"));
    }

    [TestCase(0x48u, "into its own pcb", TestName = "A_stack_that_grows_over_its_pcb_is_found")]
    [TestCase(0x04u, null, TestName = "A_stack_that_has_left_its_place_before_is_not_found_again")]
    public void A_stack_that_is_almost_used_up(uint offset, string? expected)
    {
        using UareaMachine machine = new("entry=mmu-first uarea=kva");
        LowerStack(machine, offset);
        machine.Run(new StackOverflowCheck());

        Assert.That(machine.Findings.Select(finding => finding.Cause), expected is null
            ? Is.Empty
            : Has.One.Items.And.All.StartsWith($"stack-overflow: {expected} in "));
    }

    [Test]
    public void A_stack_that_grows_into_the_next_u_area_is_found()
    {
        using UareaMachine machine = new("entry=mmu-first uarea=kva");
        machine.Kernel = machine.Describe() with { PcbSize = 0 };
        LowerStack(machine, 4);
        machine.Run(new StackOverflowCheck());

        Assert.That(machine.Findings.Single().Summary,
            Does.Match("^The kernel stack of lwp 'softserial' overflows into the u-area of lwp 'softnet': "));
    }

    [TestCase("entry=mmu-first uarea=kva upages=1")]
    [TestCase("entry=mmu-first uarea=direct fast=off")]
    public void A_stack_with_room_is_no_finding(string options)
    {
        using UareaMachine machine = new(options, jit: true);
        machine.Run(new StackOverflowCheck());

        Assert.That(machine.Findings, Is.Empty);
        Assert.That(machine.Console, Does.Contain("UAREA-OK"));
    }

    [Test]
    public void A_check_that_lacks_what_it_needs_to_know_of_the_kernel_says_so()
    {
        using UareaMachine machine = new("entry=mmu-first") { Kernel = new KernelDescription() };
        List<string> lacking = [];
        foreach (string name in CheckCatalog.Names)
        {
            try
            {
                CheckCatalog.Create(name)!.Prepare(machine.Prepared(), new WatchList());
            }
            catch (InputException error)
            {
                AssertKeys(name, error.Message);
                lacking.Add(name);
            }
        }

        Assert.That(lacking, Is.SupersetOf((string[])["stack-in-real-mode", "stack-overflow", "stale-translation"]));
    }

    /// <summary>A message names keys as a file may have them.</summary>
    private static void AssertKeys(string check, string message)
    {
        Assert.That(message, Does.Contain(check).And.Contain("'kernel:'"));
        string[] keys = [.. Regex.Matches(message, "'([^':]+)'").Select(match => match.Groups[1].Value)];
        Assert.That(keys, Is.Not.Empty);
        foreach (string key in keys)
        {
            Assert.That(() => ScenarioReader.Read("test.yaml", $"image: a\nkernel: {{{key}: 0}}", new Dictionary<string, string>()),
                Throws.Nothing, $"{check}: {message}");
        }
    }

    [Test]
    public void A_stack_outside_the_direct_map_needs_no_page_table_to_be_known([Values] bool jit)
    {
        using UareaMachine machine = new("entry=real-mode uarea=natural", jit);
        machine.Kernel = machine.Describe() with { PageTable = null };
        machine.Run(new StackInRealModeCheck());

        Assert.That(machine.Findings.Single().Cause, Is.EqualTo("stack-in-real-mode: intr_entry_real_mode+0x34"));
        Assert.That(machine.Findings.Single().Summary, Does.Match(
            @"0x8\w+ \(page 1 of the u-area 0x8\w+ of lwp 'init'\) is no real address, since the direct map does not cover it, and hits physical"));
    }

    [Test]
    public void An_lwp_without_a_name_has_none()
    {
        const uint ZeroWord = 52; // lwp.reserved
        using UareaMachine machine = new("entry=mmu-first uarea=kva");
        machine.Kernel = machine.Describe() with { LwpName = ZeroWord, LwpNameIsPointer = true };
        machine.At(machine.Symbol("proc_fork"), found =>
        {
            Assert.That(found.Processor.Memory.TryWrite(0, 4, 0x56454354), Is.True, "what stands at address 0");
            Assert.That(found.View!.NameOf(found.View.CurrentLwp!.Value), Does.Match("^lwp 0x[0-9a-f]{8}$"));
            Assert.That(found.View.RunningName, Is.Empty);
            return false;
        });
        machine.Run(new StackOverflowCheck());
        Assert.That(machine.Findings, Is.Empty);
    }

    /// <summary>Lets the first soft interrupt find its stack almost used up.</summary>
    private static unsafe void LowerStack(UareaMachine machine, uint offset) =>
        machine.At(machine.AfterEnabling("softint_dispatch"), found =>
    {
        found.State->Gpr[1] = found.View!.UAreaOf(found.View.CurrentLwp!.Value)!.Value + offset;
        return false;
    });
}
