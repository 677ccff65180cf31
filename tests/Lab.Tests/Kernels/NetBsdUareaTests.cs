using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Tests.Kernels;

/// <summary>
/// The scenario for NetBSD kernels that a person has, on the uarea guest built with NetBSD's names and with members where that kernel has
/// them. Nothing is said of its structures.
/// </summary>
public sealed class NetBsdUareaTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [OneTimeTearDown]
    public void DeleteTheFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void An_entry_that_turns_translation_on_first_loses_its_return_address_in_the_soft_interrupt_s_switch_alone()
    {
        ScenarioReport report = Run("mmu-first", "intr_entry_mmu_first");

        // As it is, with u-areas that are mapped directly; (b) the ordinary switch; then the fast one's.
        Assert.That(report.Cases.Take(2).Select(row => row.Problem), Is.All.Empty);
        Assert.That(report.Cases.Take(3).Select(row => row.Searches[0].Trials), Is.All.GreaterThan(10));
        Assert.That(report.Cases[2].Searches[0].Causes.Select(cause => cause.Explanation.Check), Is.Not.Empty.And.All.EqualTo("lost-return-state"));
        Assert.That(report.Cases[2].Searches[0].Causes[0].Explanation.Summary, Does.Match("in lwp '(softclock|softnet|softserial|init|child)' "));

        // (a) The interrupts' entry is fatal, traps and system calls survive.
        Assert.That(report.Cases.Skip(3).Select(row => row.Searches[0].Fatal.Count > 0), Is.EqualTo([true, true, false, false, true]));
        Assert.That(report.Cases.Skip(5).Take(2).Select(row => row.Problem), Is.All.Empty);
        Assert.That(report.Cases.Skip(3).Select(row => row.Searches[0].Trials), Is.All.GreaterThan(10));
    }

    [Test]
    public void An_entry_that_uses_its_stack_with_translation_off_dies_on_the_first_one_in_kernel_virtual_memory()
    {
        ScenarioReport report = Run("real-mode", "intr_entry_real_mode");
        Assert.That(report.Cases[0].Problem, Is.Empty);
        Assert.That(report.Cases.Skip(1).Select(row => row.Finding?.Check), Is.All.EqualTo("stack-in-real-mode"));
        Assert.That(report.Cases[1].Finding!.Summary, Does.Match("page 1 of the u-area 0x8[0-9a-f]{7} of lwp '"));
    }

    [Test]
    public void A_kernel_that_saves_its_return_address_first_passes_all_rows()
    {
        ScenarioReport report = Run("mmu-first-saved", "intr_entry_mmu_first_saved");
        Assert.That(report.Cases.Select(row => row.Problem), Is.All.Empty);
        Assert.That(report.Cases.Select(row => row.Searches[0].Trials), Is.All.GreaterThan(10));
    }

    private ScenarioReport Run(string entry, string symbol)
    {
        Dictionary<string, string> set = new()
        {
            ["image"] = Build(entry, symbol), ["memory"] = "32M", ["append"] = $"entry={entry} upages=2 fast=on uarea=direct", ["done"] = "UAREA-OK",
            ["window"] = "160K", ["call"] = "30",
        };
        return ScenarioRunner.Run(ScenarioLibrary.Read("netbsd-uarea", set),
            new RunSettings("jit", processor => new JitEngine(processor, new JitOptions()), Environment.ProcessorCount));
    }

    private string Build(string entry, string symbol)
    {
        string program = Path.Combine(_folder, entry);
        string folder = Path.GetDirectoryName(HostTool.RepositoryFile("guests/uarea/layout.h"))!;
        string demo = Path.GetDirectoryName(HostTool.RepositoryFile("guests/demo/print.c"))!;
        (string Name, string Value)[] names =
        [
            ("alllwp", "all_lwps"), ("lwp0", "lwps"), ("s4xx_miss", "tlb_miss_data"), ("softint_fast_dispatch", "softint_dispatch"),
            ("extintr", symbol), ("pitint", symbol), ("fitint", symbol), ("s_trap", "trap_entry"), ("s_sctrap", "trap_entry"),
        ];
        (int exitCode, _, string errors) = HostTool.Run("powerpc-linux-gnu-gcc", "gcc-powerpc-linux-gnu",
        [
            "-mcpu=405", "-msoft-float", "-mno-mulhw", "-mno-dlmzb", "-std=gnu17", "-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-fno-common",
            "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-tree-loop-distribute-patterns", "-msdata=none", "-DNETBSD_LAYOUT",
            $"-I{demo}", "-save-temps=obj", "-nostdlib", "-no-pie", "-static", "-T", Path.Combine(folder, "uarea.ld"), "-Wl,--build-id=none",
            "-Wl,-z,max-page-size=4096", "-Wl,-z,noexecstack", "-Wl,--no-warn-rwx-segments",
            .. names.Select(name => $"-Wl,--defsym={name.Name}={name.Value}"), "-o", program,
            .. Directory.GetFiles(folder, "*.S"), .. Directory.GetFiles(folder, "*.c"), Path.Combine(demo, "print.c"),
        ]);
        Assert.That(exitCode, Is.Zero, errors);
        return program;
    }
}
