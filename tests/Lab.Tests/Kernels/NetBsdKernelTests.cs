using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Places;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Tests.Kernels;

/// <summary>NetBSD's structures, found by how they point to each other.</summary>
public sealed class NetBsdKernelTests
{
    [Test]
    public void Lwps_have_their_own_names_or_those_of_their_processes()
    {
        using SyntheticNetBsd machine = new();
        GuestKernel kernel = machine.Kernel();
        Assert.That(kernel.Name, Is.EqualTo("netbsd-ibm4xx"));
        Assert.That(kernel.All().Select(lwp => $"{(lwp.IsRunning ? "*" : "")}{lwp.Label}"), Is.EqualTo(["softnet/0-0", "init-1", "*swapper-0"]));
        Assert.That(kernel.CurrentLwp, Is.EqualTo(SyntheticNetBsd.First));
        Assert.That((kernel.NameOf(SyntheticNetBsd.Init), kernel.NameOf(SyntheticNetBsd.Soft)),
            Is.EqualTo(("lwp 'init' (1)", "lwp 'softnet/0' (0)")));
        machine.Run(SyntheticNetBsd.Init, SyntheticNetBsd.InitArea);
        Assert.That(kernel.RunningName, Is.EqualTo("lwp 'init' (1)"));
        Assert.That(kernel.Lack, Is.Null);
    }

    [Test]
    public void Addresses_are_translated_by_segments_that_need_not_follow_each_other()
    {
        using SyntheticNetBsd machine = new();
        GuestKernel kernel = machine.Kernel();
        Assert.That((Physical(kernel, 0x84004abc), Physical(kernel, 0x84008000), Physical(kernel, 0x1234), Physical(kernel, 0x8400c000),
            Physical(kernel, 0x80000000), Physical(kernel, 0x04000000)),
            Is.EqualTo((SyntheticNetBsd.LowPage + 0xabc, SyntheticNetBsd.HighPage, 0x1234u, (uint?)null, (uint?)null, (uint?)null)));
        Assert.That(kernel.FindUArea(SyntheticNetBsd.InitArea + 0x7ffc),
            Is.EqualTo(new UAreaPlace(SyntheticNetBsd.Init, SyntheticNetBsd.InitArea, 0x7ffc)));
        Assert.That(kernel.FindUArea(SyntheticNetBsd.InitArea + 0x8000), Is.Null);
        KernelDescription description = kernel.Description;
        Assert.That((description.PageSize, description.KernelPid, description.UAreaSize, description.PcbSize, description.ReservedTlbEntries),
            Is.EqualTo((16384u, (uint?)1u, (uint?)32768u, 832u, (uint?)SyntheticNetBsd.Reserved)));
        Assert.That(description.TlbHandlers, Is.EqualTo([(0x1100u, 0x100u), (0x1200u, 0x100u), (SyntheticNetBsd.MissHandler, 0xdcu)]));
    }

    [TestCase(SyntheticNetBsd.Soft, SyntheticNetBsd.SoftArea + 0x7e90, SyntheticNetBsd.Text + 0x10)]
    [TestCase(SyntheticNetBsd.Init, SyntheticNetBsd.InitArea + 0x7d90, SyntheticNetBsd.Text + 0x20)]
    public void An_lwp_that_sleeps_goes_on_where_cpu_switchto_was_called(uint lwp, uint stack, uint pc)
    {
        using SyntheticNetBsd machine = new();
        machine.Write(lwp + 44, 3);
        GuestKernel kernel = machine.Kernel();
        SavedRegisters saved = kernel.SavedBy(lwp)!;
        Assert.That((saved.Pc, saved.StackPointer, saved.Cr), Is.EqualTo((pc, stack, (uint?)0x22000000u)));
        Assert.That(saved.General.Skip(14), Is.EqualTo(Enumerable.Range(14, 18).Select(n => (uint?)(n < 30 ? 0x1400 + n : 0x1430 + n - 30))));
        Assert.That(saved.General.Take(14).Count(value => value is null), Is.EqualTo(12), "r1 and r2 alone");
        Assert.That(kernel.CallsOf(lwp), Is.EqualTo([pc, SyntheticNetBsd.Text + 0x80]));
    }

    [Test]
    public void What_lwps_do_is_said_and_one_that_begins_anew_goes_on_nowhere()
    {
        using SyntheticNetBsd machine = new();
        GuestKernel kernel = machine.Kernel();
        Assert.That(kernel.All().Select(lwp => lwp.Doing), Is.EqualTo(["idle", "sleeping", "running"]));
        Assert.That((kernel.SavedBy(SyntheticNetBsd.Soft), kernel.CallsOf(SyntheticNetBsd.Soft).Count), Is.EqualTo(((SavedRegisters?)null, 0)));
        machine.Write(SyntheticNetBsd.Soft + 44, 2);
        machine.Run(SyntheticNetBsd.Soft, SyntheticNetBsd.SoftArea);
        Assert.That(kernel.All().Select(lwp => lwp.Doing), Is.EqualTo(["running", "sleeping", "interrupted"]));
        Assert.That(kernel.SavedBy(SyntheticNetBsd.Soft), Is.Not.Null);

        // Where that place holds no state, nothing is said.
        using SyntheticNetBsd other = new();
        other.Write(SyntheticNetBsd.Init + 44, 0x1000);
        Assert.That(other.Kernel().All().Select(lwp => lwp.Doing), Is.EqualTo(["not running", "not running", "running"]));
    }

    [Test]
    public void Another_version_is_found_in_the_same_way([Values(4u, 8u, 48u)] uint shift)
    {
        using SyntheticNetBsd machine = new(shift);
        Assert.That(machine.Kernel().All().Select(lwp => lwp.Label), Is.EqualTo(["softnet/0-0", "init-1", "swapper-0"]));
    }

    [Test]
    public void What_makes_no_sense_is_not_believed_and_what_is_missing_is_said()
    {
        using SyntheticNetBsd machine = new();
        machine.Write(SyntheticNetBsd.Soft + 0x124, 0);
        GuestKernel kernel = machine.Kernel();
        Assert.That(kernel.All(), Is.Empty);
        Assert.That(kernel.Lack, Does.Contain("alllwp").And.Contain("'kernel:'"));
        machine.Write(SyntheticNetBsd.List, 0);
        Assert.That(machine.Kernel().Lack, Is.EqualTo("The structures of netbsd-ibm4xx are not in memory yet."));
    }

    [Test]
    public void An_lwp_without_any_name_has_none()
    {
        using SyntheticNetBsd machine = new();
        GuestKernel kernel = machine.Kernel(keys: known => known with { ProcessName = null });
        Assert.That(kernel.NameOf(SyntheticNetBsd.Init), Is.EqualTo($"lwp 0x{SyntheticNetBsd.Init:x8}"));
    }

    [Test]
    public void A_task_that_executes_another_program_has_its_name_from_the_next_exception_on()
    {
        using SyntheticNetBsd machine = new();
        machine.Run(SyntheticNetBsd.Init, SyntheticNetBsd.InitArea);
        KernelTasks tasks = new(machine.Kernel(), new StackTasks(machine.Board));
        GuestTask before = tasks.Find(0);
        Assert.That((before.Name, before.IsOfKernel), Is.EqualTo(("init-1", true)));
        machine.Write(SyntheticNetBsd.InitProcess + 0x1d0, 0x00736800); // "sh"
        tasks.NoteException(0);
        GuestTask after = tasks.Find(0);
        Assert.That((after.Name, after.Key), Is.EqualTo(("sh-1", before.Key)));
        machine.Run(0, 0);
        Assert.That(tasks.Find(0).IsOfKernel, Is.False);
    }

    [Test]
    public void Vectors_that_are_copied_to_where_no_symbols_are_have_names()
    {
        using SyntheticNetBsd machine = new();
        GuestSymbols symbols = new(machine.Symbols, "netbsd") { LowCode = machine.Kernel().LowCode };
        Assert.That(((uint[])[0x500, 0x1008, 0x1010, 0x11fc, SyntheticNetBsd.Text + 4, 0x80]).Select(symbols.Name),
            Is.EqualTo(["vector_External", "vector_Pit+0x8", "vector_Fit", "vector_DataTlbMiss+0xfc", "mi_switch+0x4", "0x00000080"]));
        Assert.That(symbols.FunctionAt(0x504)?.Name, Is.EqualTo("vector_External"));
    }

    [Test]
    public void Expressions_know_the_running_lwp_and_its_u_area()
    {
        using SyntheticNetBsd machine = new();
        DebugNames names = new(machine.Board, machine.Symbols) { Kernel = machine.Kernel() };
        machine.Run(SyntheticNetBsd.Init, SyntheticNetBsd.InitArea);
        Assert.That(((string[])["$lwp", "$uarea", "$uarea_end - 4", "lwp 'init'", "lwp 'swapper'"]).Select(text => Value(text, names)),
            Is.EqualTo([SyntheticNetBsd.Init, SyntheticNetBsd.InitArea, SyntheticNetBsd.InitArea + 0x7ffc, 1u, 0u]));
        DebugNames unknown = new(machine.Board);
        Assert.That(DebugGrammar.ParseExpression("$uarea", unknown).OrThrow("$uarea").Evaluate(unknown).IsKnown, Is.False);
    }

    private static uint Value(string text, DebugNames names) => (uint)DebugGrammar.ParseExpression(text, names).OrThrow(text).Evaluate(names).Number;

    [Test]
    public void Keys_of_a_file_win_over_what_is_known()
    {
        using SyntheticNetBsd machine = new();
        KernelSection section = Section("is: netbsd-ibm4xx, uarea-size: 16K, lwp-name: 0x800, direct-virtual: 0, direct-size: 16M, pcb-size: 64");
        GuestKernel kernel = machine.Kernel(section.Kind, keys: known => section.Resolve(new GuestSymbols(machine.Symbols, "netbsd"), known));
        Assert.That((kernel.Description.UAreaSize, kernel.Description.PcbSize, kernel.Description.DirectMap, kernel.Description.LwpNameIsPointer),
            Is.EqualTo(((uint?)16384u, 64u, (DirectMap?)new DirectMap(0, 0, 16 << 20), false)));
        Assert.That(kernel.NameAt(SyntheticNetBsd.Soft), Is.EqualTo("softnet/0"));
    }

    [Test]
    public void A_kernel_is_named_alone_or_with_keys_and_a_wrong_name_is_refused_with_its_place()
    {
        Assert.That(Read("kernel: linux-40x").Cases.Single().Kernel!.Kind, Is.EqualTo("linux-40x"));
        Assert.That(Read("kernel: {page-size: 4K}").Cases.Single().Kernel!.Kind, Is.EqualTo("auto"));
        foreach (string wrong in (string[])["kernel: netbsd-ibm4x", "kernel: {is: netbsd-ibm4x}"])
        {
            Assert.That(() => Read(wrong), Throws.TypeOf<InputException>().With.Message.Match(
                @"^test\.yaml:2:\d+: there is no kernel 'netbsd-ibm4x'\. Did you mean 'netbsd-ibm4xx'\? There is: auto, netbsd-ibm4xx, linux-40x, "));
        }
    }

    [Test]
    public void A_kernel_that_is_named_must_be_there()
    {
        using SyntheticNetBsd machine = new();
        Assert.That(() => machine.Kernel("linux-40x"), Throws.TypeOf<InputException>().With.Message.Contains("init_task"));
        Assert.That(machine.Kernel("none").Name, Is.EqualTo("none"));
        Assert.That(machine.Kernel("none").CurrentLwp, Is.Null);
    }

    private static uint? Physical(GuestKernel kernel, uint effective)
    {
        _ = kernel.Description;
        return kernel.TryTranslateByKernel(effective, out uint physical) ? physical : null;
    }

    private static KernelSection Section(string keys) => Read($"kernel: {{{keys}}}").Cases.Single().Kernel!;

    private static Scenario Read(string kernel) => ScenarioReader.Read("test.yaml", $"image: a\n{kernel}", new Dictionary<string, string>());
}
