using System.Text;
using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class SymbolListingTests
{
    [Test]
    public void A_System_map_is_read()
    {
        SymbolTable symbols = Read("c0000000 T _start\nc0000008 t turn_on_mmu\r\nc0400000 d table\nc0500000 ? __nosave_begin\n00000064 A HZ\n\n");

        Assert.That(symbols.Find(0xc000000c)!.Value.ToString(), Is.EqualTo("turn_on_mmu+0x4"));
        Assert.That(symbols.All.Select(symbol => symbol.Kind), Is.EqualTo(new[]
        {
            SymbolKind.Absolute, SymbolKind.Function, SymbolKind.Function, SymbolKind.Data, SymbolKind.Label,
        }));
    }

    [Test]
    public void A_listing_of_nm_with_sizes_and_undefined_symbols_is_read()
    {
        SymbolTable symbols = Read("         U printf\n         w __gmon_start__\n00001000 00000010 T main\n");

        Assert.That(symbols.All, Is.EqualTo(new[] { new Symbol("main", 0x1000, 0x10, SymbolKind.Function, true) }));
    }

    [Test]
    public void In_a_listing_with_sizes_a_local_symbol_of_code_without_one_is_a_label()
    {
        SymbolTable symbols = Read("00001000 T cpu_switchto\n00001040 t switchto_restore\n00001080 00000010 t static_function\n");
        Assert.That(symbols.All.Select(symbol => symbol.Kind),
            Is.EqualTo((SymbolKind[])[SymbolKind.Function, SymbolKind.Label, SymbolKind.Function]));
        Assert.That(symbols.ReachOf(symbols.All[0], out _), Is.EqualTo(0x80));
        SymbolTable bare = Read("00001000 T cpu_switchto\n00001040 t static_function\n");
        Assert.That(bare.ReachOf(bare.All[0], out _), Is.EqualTo(0x40), "without any sizes it may be a function");
    }

    [Test]
    public void An_ELF_gives_the_symbols_it_was_not_stripped_of()
    {
        SymbolTable symbols = SymbolListing.Read(new ImageBytes("vmlinux", ElfBuilder.Small().Function("start", 0x10000).Build()));

        Assert.That(symbols.TryFind("start", out _), Is.True);
    }

    [Test]
    public void More_symbols_than_any_kernel_has_are_refused()
    {
        string million = string.Concat(Enumerable.Repeat("0 T a\n", 1_000_000));
        Assert.That(Read(million).All, Has.Count.EqualTo(1_000_000));
        Assert.That(() => Read(million + "0 T a\n"), Throws.TypeOf<InputException>().With.Message.Contains("more than 1000000 symbols"));
    }

    [TestCase("c0000000 T one\nnot a symbol at all\n", "its line 2 is not 'ADDRESS TYPE NAME'")]
    [TestCase("ffffffffc0000000 T one\n", "its line 1 is not")]
    [TestCase("c0000000 TT one\n", "its line 1 is not")]
    [TestCase("c0000000 T\n", "its line 1 is not")]
    [TestCase("\n\n", "it has no symbols")]
    public void A_file_that_is_no_listing_is_refused(string text, string reason) =>
        Assert.That(Assert.Throws<InputException>(() => Read(text))!.Message, Does.StartWith("System.map ").And.Contain(reason));

    private static SymbolTable Read(string text) => SymbolListing.Read(new ImageBytes("System.map", Encoding.ASCII.GetBytes(text)));
}
