using PpcJit.Kernel;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Testing;
using GuestMachine = PpcJit.Lab.Testing.GuestMachine;

namespace PpcJit.Library.Tests;

[TestFixture(GuestEngine.Jit)]
[TestFixture(GuestEngine.Interpreter)]
public sealed class GuestMachineTests(GuestEngine engine)
{
    [Test]
    public void A_guest_is_run_to_a_text_and_to_its_end()
    {
        using GuestMachine m = Boot("guest:demo");
        GuestStop text = m.RunUntil("crc: the checksum");
        Assert.That(text.Kind, Is.EqualTo(StopKind.Text));
        Assert.That(m.Console, Does.Contain("intruder is stopped").And.EndsWith("crc: the checksum"));
        GuestStop end = m.Continue();
        Assert.That((end.Kind, end.End), Is.EqualTo((StopKind.End, RunEnd.Reset)), end.Reason);
        Assert.That(m.Console, Does.EndWith("DEMO-OK\r\n"));
    }

    [Test]
    public void Text_is_waited_for_from_where_the_last_one_ended()
    {
        using GuestMachine m = Boot("guest:demo");
        m.RunUntil("interrupts");
        ulong first = m.Count;
        m.RunUntil("interrupts");
        Assert.That(m.Count, Is.GreaterThan(first));
        Assert.That(m.Console.Split("interrupts"), Has.Length.EqualTo(3));
        m.Run(500_000);
        ulong late = m.Count;
        m.RunUntil("misses");
        Assert.That(m.Count, Is.EqualTo(late), "What is printed already is not waited for.");
    }

    [Test]
    public void A_guest_goes_back_and_comes_to_the_same_states_again()
    {
        using GuestMachine m = Boot("guest:demo");
        m.RunTo("next_task");
        m.RunTo("next_task");
        (ulong count, ulong hash, string console) = (m.Count, m.StateHash(), m.Console);
        m.Step(3);
        Assert.That(m.StateHash(), Is.Not.EqualTo(hash));
        m.Back(3);
        Assert.That((m.Count, m.StateHash(), m.Console), Is.EqualTo((count, hash, console)));
        m.RunUntil("DEMO-OK");
        m.GoTo(new Moment(count));
        Assert.That((m.StateHash(), m.Console), Is.EqualTo((hash, console)));
        m.GoTo("next_task#1");
        Assert.That(m.Registers.Pc, Is.EqualTo(m.AddressOf("next_task")));
        Assert.That(m.Count, Is.LessThan(count));
    }

    [Test]
    public void Both_engines_are_in_the_same_state_at_a_count()
    {
        using GuestMachine m = Boot("guest:demo");
        using GuestMachine other = GuestMachine.Boot("guest:demo", new GuestOptions { Engine = GuestEngine.Interpreter });
        Assert.That(m.Run(1_234_567).Kind, Is.EqualTo(StopKind.Count));
        other.Run(1_234_567);
        Assert.That(m.StateHash(), Is.EqualTo(other.StateHash()));
    }

    [Test]
    public void Breakpoints_stop_it_in_both_directions_until_they_are_gone()
    {
        using GuestMachine m = Boot("guest:demo");
        using (Breakpoint entry = m.Break("system_call"))
        {
            GuestStop stop = m.Continue();
            Assert.That((stop.Kind, stop.Breakpoint), Is.EqualTo((StopKind.Breakpoint, entry)));
            Moment first = m.Present;
            Assert.That(m.Continue().Breakpoint, Is.SameAs(entry));
            Assert.That(m.BackToBreak(), Is.SameAs(entry));
            Assert.That(m.Present, Is.EqualTo(first));
            GuestException error = Assert.Throws<GuestException>(() => m.RunUntil("DEMO-OK"))!;
            Assert.That(error.Message, Does.Contain("the guest did not print 'DEMO-OK'").IgnoreCase.And.Contain("breakpoint exec system_call"));
        }

        m.RunUntil("DEMO-OK");
    }

    [Test]
    public void Conditions_and_writes_stop_it_too()
    {
        using GuestMachine m = Corpus("ring_index");
        m.Send("123456789", "keys: ");
        using (m.BreakOn("write [received]"))
            Assert.That(Assert.Throws<GuestException>(() => m.BreakOn("write to"))!.Message, Does.Contain("character"));
        m.RunTo("verify when r3 != r4");
        Assert.That(m.Registers.R3, Is.Not.EqualTo(m.Registers.R4));
    }

    [Test]
    public void Typed_text_enters_and_what_went_wrong_is_explained()
    {
        using GuestMachine m = Corpus("ring_index");
        m.RunUntil("keys: ");
        m.Send("123456789\n");
        GuestStop end = m.Continue();
        Assert.That(end.End, Is.EqualTo(RunEnd.Panic), end.Reason);
        Assert.That(end.Reason, Does.Contain("a value is wrong"));
        Assert.That(m.Backtrace(), Has.Some.Contains("verify"));
        Assert.That(m.Explain(), Does.Contain("take_keys"));

        // The same end again, after going back; another one, after a change
        m.GoTo("ring_index#1");
        Assert.That(m.Continue(), Is.EqualTo(end));
        m.GoTo("verify#1");
        m.Registers.R3 = m.Registers.R4;
        m.RunUntil("no symptom");
    }

    [Test]
    public void Text_wakes_a_guest_that_can_do_nothing_but_wait_for_it()
    {
        using GuestMachine m = Corpus("ring_index");
        m.RunUntil("keys: ");
        m.RunTo("ring_index+0x4c");
        m.Registers.Msr |= 0x40000; // MSR[WE]
        Assert.That(m.Continue().End, Is.EqualTo(RunEnd.WaitsForever));
        ulong asleep = m.Count;
        m.Send("1");
        using (m.Break("take_keys"))
            Assert.That(m.Continue().Kind, Is.EqualTo(StopKind.Breakpoint));
        ulong hash = m.StateHash();
        m.GoTo("reset");
        m.GoTo("take_keys#1");
        Assert.That(m.StateHash(), Is.EqualTo(hash));
        Assert.That(m.Count, Is.GreaterThan(asleep));
    }

    [Test]
    public void Registers_and_memory_are_read_and_changed()
    {
        using GuestMachine m = Corpus("ring_index");
        m.RunTo("print");
        Assert.That(m.Memory.ReadText(m.Registers.R3), Is.EqualTo("keys: "));
        Assert.That(m.Registers["r3"], Is.EqualTo(m.Registers[3]).And.EqualTo(m.Registers.R3));
        Assert.That(m.PhysicalMemory.ReadUInt32(m.Registers.R3), Is.EqualTo(0x6b657973), "keys");
        Moment here = m.Present;
        m.Memory.Write(m.Registers.R3, "KEYS"u8);
        m.Registers["sprg4"] = 0x12345678;
        Assert.That(m.Registers["SPRG4"], Is.EqualTo(0x12345678));
        m.RunUntil("KEYS: ");
        m.GoTo(here);
        Assert.That(m.Console, Is.Empty);
        m.Memory.WriteUInt16(m.Registers.R3, 0x4142);
        m.Memory.WriteByte(m.Registers.R3 + 2, (byte)'C');
        Assert.That(m.Memory.Read(m.Registers.R3, 4), Is.EqualTo("ABCS"u8.ToArray()));
        m.Memory.WriteUInt32(m.Registers.R3, 0x6b657973);
        m.RunUntil("keys: ");
        Assert.That(m.Evaluate("[&print]"), Is.EqualTo(m.Memory.ReadUInt32(m.AddressOf("print"))));
    }

    [Test]
    public void The_last_write_is_found()
    {
        using GuestMachine m = Corpus("ring_index");
        m.RunUntil("keys: ");
        m.Send("123456789\n");
        m.RunTo("panic");
        Assert.That(m.BackToWrite("received"), Is.True);
        Assert.That(m.Place, Does.Contain("take_keys").And.Contain("devices.c:"));
        Moment here = m.Present;
        Assert.That(m.BackToWrite("greeting"), Is.False);
        Assert.That(m.Present, Is.EqualTo(here));
    }

    [Test]
    public void What_is_not_there_is_said()
    {
        using GuestMachine m = Corpus("ring_index");
        m.RunUntil("keys: ");
        Assert.That(() => m.AddressOf("verrify"), Throws.TypeOf<GuestException>().With.Message.Contains("verify"));
        Assert.That(() => m.Break("verrify"), Throws.TypeOf<GuestException>().With.Message.Contains("verify"));
        Assert.That(() => m.Registers["r32"], Throws.ArgumentException);
        Assert.That(() => m.Registers[32], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => m.Registers["pvr"] = 1, Throws.ArgumentException);
        Assert.That(() => m.Memory.ReadByte(0xef600300), Throws.TypeOf<GuestException>().With.Message.Contains("0xef600300"));
        Assert.That(() => m.RunUntil("no such text", limit: 1000), Throws.TypeOf<GuestException>().With.Message.Contains("keys: "));
        Assert.That(() => m.Explain(), Throws.TypeOf<GuestException>().With.Message.Contains("has not died"));
        Assert.That(() => GuestMachine.Boot("no such file"), Throws.TypeOf<InputException>());
        GuestOptions misspelled = new() { Board = "walnuts" };
        Assert.That(() => GuestMachine.Boot("guest:demo", misspelled), Throws.TypeOf<InputException>().With.Message.Contains("'walnut'?"));
        Assert.That(() => m.Back(m.Count + 1), Throws.TypeOf<GuestException>().With.Message.Contains("History begins"));
        Assert.That(m.Count, Is.Zero);
        m.Dispose();
        Assert.That(() => m.Run(1), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void An_image_in_memory_is_booted_and_its_run_saved()
    {
        using GuestMachine m = GuestMachine.Boot(
            File.ReadAllBytes(CorpusPath), new GuestOptions { Engine = engine, CommandLine = "fault=ring_index", MemoryBytes = 32 << 20 });
        m.RunUntil("keys: ");
        Assert.That(m.Symbols, Is.Not.Empty);
        string file = Path.GetTempFileName();
        try
        {
            m.SaveRun(file);
            Assert.That(RunFile.IsRunFile(file), Is.True);
            Assert.That(RunFile.Read(file).End.Count, Is.EqualTo(m.Count));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string CorpusPath => Path.Combine(TestContext.CurrentContext.TestDirectory, "corpus.elf");

    private GuestMachine Boot(string image) => GuestMachine.Boot(image, new GuestOptions { Engine = engine });

    private GuestMachine Corpus(string fault) => GuestMachine.Boot(CorpusPath, new GuestOptions { Engine = engine, CommandLine = $"fault={fault}" });
}
