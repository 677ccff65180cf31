using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Why;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using Decoder = PpcJit.Machine.Isa.Decoder;

namespace PpcJit.WholeSystem.Tests;

/// <summary>Values of a Linux, each followed back to where it entered the machine.</summary>
internal sealed unsafe class LinuxWhyTests
{
    private const ulong Limit = 400_000_000;
    private const string Argument = "quuxfrob";
    private Board _board = null!;
    private JitEngine _engine = null!;
    private Timeline _timeline = null!;
    private DebugNames _names = null!;

    [OneTimeSetUp]
    public void Boot()
    {
        _board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions());
        LoadedGuest guest = GuestLoader.Load(_board, new BootOptions
        {
            ImagePath = LinuxImages.Find("vmlinux"), DtbPath = LinuxImages.Find("ref405ep.dtb"),
            CommandLine = $"console=ttyS0,115200 mode=shell -- {Argument}",
        });
        _engine = new JitEngine(_board.Processor);
        GuestMachine machine = new(_board, _engine, new SilentConsole());
        _timeline = new Timeline(machine);
        _names = new DebugNames(_board, guest.AllSymbols) { Loaded = guest.Ranges };
        machine.GiveText("echo x-y-z\n"u8);
        Assert.That(_timeline.FindNext(new ConsoleProbe("\nx-y-z"), Limit).Hit, Is.Not.Null);
    }

    [OneTimeTearDown]
    public void End()
    {
        _timeline.Dispose();
        _engine.Dispose();
        _board.Dispose();
    }

    [Test]
    public void A_character_that_the_shell_printed_comes_from_the_key_that_was_typed()
    {
        // The run stands after the store by which the last character left.
        Moment printed = new(_timeline.Present.Count - 1);
        _timeline.GoTo(printed);
        Assert.That(GuestMemory.TryFetch(_board, _board.Processor.State->Pc, out uint word), Is.True);
        Assert.That(Decoder.Row(Decoder.Decode(word)).Is(InstructionFlags.Store), Is.True);
        CausalLink key = Ends(Follow(ValuePlace.Gpr(Field.Rs(word)))).Single();
        Assert.That((key.End, (char?)key.Value), Is.EqualTo((LinkEnd.Key, (char?)'z')));
        Assert.That((key.Input!.Line, key.Input.Number), Is.EqualTo(("UART0", 10ul)), "the tenth of 'echo x-y-z'");
        Assert.That(key.Input.At < key.At, Is.True);
    }

    [Test]
    public void An_argument_of_init_comes_from_the_command_line_in_the_device_tree()
    {
        uint[] copies = [.. Find(Encoding.ASCII.GetBytes(Argument))];
        Assert.That(copies, Has.Length.GreaterThan(2));
        List<CausalLink> links = [.. copies.Select(copy => Follow(ValuePlace.Memory(copy + 3, 1)))];
        Assert.That(links.SelectMany(Ends).Select(end => (end.End, end.Note)), Has.All.Matches<(LinkEnd End, string? Note)>(end =>
            end.End == LinkEnd.Loaded && end.Note!.StartsWith("byte 38 of the device tree's /chosen bootargs; ", StringComparison.Ordinal)));
        string[] functions = [.. links.SelectMany(link => link.All()).Select(link => link.Where.Split('(')[^1].Split('+')[0]).Distinct()];
        Assert.That(functions, Is.SupersetOf(["strscpy", "memcpy"]), "the command line and the first stack");

        // Which copy of the stack is still in memory depends on which pages were used again.
        Assert.That(functions, Has.Some.AnyOf("copy_page", "__copy_tofrom_user"), "the child's stack, or the program's");
    }

    [Test]
    public void An_entry_of_a_page_table_comes_from_the_page_that_was_found_for_it()
    {
        // The last tlbwe of a data page puts a word of the page table into the TLB.
        Moment here = _timeline.Present;
        TlbWriteProbe written = new() { When = board => (board.Processor.State->Msr & Msr.Dr) == 0 };
        Assert.That(_timeline.FindLast(written).Hit, Is.Not.Null);
        int entry = Enumerable.Range(0, CpuState.TlbEntries).Last(n => (_board.Processor.State->TlbHi[n] & Tlb.Valid) != 0);
        CausalLink data = Follow(ValuePlace.TlbData(entry));
        CausalLink word = Values(data).First(link => link.Place.IsMemory);
        CausalLink table = Follow(word.Place);
        _timeline.GoTo(here);
        Assert.That((table.Place, table.Value), Is.EqualTo((word.Place, word.Value)));
        Assert.That(table.Where, Does.Contain("set_pte_at"));
        CausalLink both = Values(table).First(link => link.From.Count(source => source.Through == LinkThrough.Value) > 1);
        Assert.That(both.Where, Does.Contain("do_set_pte"), "frame number and protection are put together there");
        Assert.That(both.From.SelectMany(Ends).Select(end => end.End), Does.Contain(LinkEnd.Loaded), "protection_map of the image");
    }

    private CausalLink Follow(ValuePlace place) => new DynamicSlice(_timeline, _names, new SliceOptions()).Follow(place);

    /// <summary>The links of which a value was made, without what happened to its memory meanwhile.</summary>
    private static IEnumerable<CausalLink> Values(CausalLink link) =>
        link.From.Where(source => source.Through == LinkThrough.Value).SelectMany(Values).Prepend(link);

    private static IEnumerable<CausalLink> Ends(CausalLink link) => Values(link).Where(one => one.From.Count == 0);

    private IEnumerable<uint> Find(byte[] text)
    {
        byte[] memory = new byte[_board.Memory.RamSize];
        Assert.That(_board.Memory.TryCopyOut(0, memory), Is.True);
        for (int at = memory.AsSpan().IndexOf(text); at >= 0;)
        {
            yield return (uint)at;
            int next = memory.AsSpan(at + 1).IndexOf(text);
            at = next < 0 ? -1 : at + 1 + next;
        }
    }
}
