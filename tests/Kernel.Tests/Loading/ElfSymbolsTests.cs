using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class ElfSymbolsTests
{
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void The_symbol_table_of_an_image_is_kept()
    {
        byte[] image = ElfBuilder.Small().Function("start", 0x10000, 16).Function("main", 0x10010, 32).Build();

        SymbolTable symbols = _board.Boot(image).Symbols!;

        Assert.That(symbols.TryFind("main", out Symbol? main), Is.True);
        Assert.That(main, Is.EqualTo(new Symbol("main", 0x10010, 32, SymbolKind.Function, IsGlobal: true)));
        Assert.That(symbols.Describe(0x10014), Is.EqualTo("0x00010014 (main+0x4)"));
    }

    [Test]
    public void Undefined_symbols_sections_and_source_files_are_left_out()
    {
        byte[] image = ElfBuilder.Small()
            .Symbol("undefined", 0, 0, info: 0x10, section: 0)
            .Symbol("a section", 0x10000, 0, info: 0x03, section: 1)
            .Symbol("main.c", 0, 0, info: 0x04, section: 0xfff1)
            .Symbol("common", 4, 4, info: 0x11, section: 0xfff2)
            .Symbol("label", 0x10000, 0, info: 0x00, section: 1).Build();

        Assert.That(_board.Boot(image).Symbols!.All.Select(symbol => symbol.Name), Is.EqualTo(new[] { "label" }));
    }

    [Test]
    public void An_absolute_symbol_is_found_by_name_only()
    {
        byte[] image = ElfBuilder.Small().Symbol("HZ", 100, 0, info: 0x10, section: 0xfff1).Build();

        SymbolTable symbols = _board.Boot(image).Symbols!;

        Assert.That(symbols.TryFind("HZ", out _), Is.True);
        Assert.That(symbols.Find(100), Is.Null);
    }

    [Test]
    public void A_stripped_image_has_no_symbols() => Assert.That(_board.Boot(ElfBuilder.Small().Build()).Symbols, Is.Null);

    [Test]
    public void A_symbol_whose_name_lies_outside_of_the_strings_is_refused()
    {
        byte[] image = ElfBuilder.Small().Function("start", 0x10000).Build();
        int symbol = ElfBuilder.ProgramHeaders + 32 + 64 + 16;
        image.PutWord(symbol, 0x1000);

        Assert.That(_board.Refusal(image), Does.Contain("outside the string table"));
    }

    [Test]
    public void A_symbol_table_that_takes_its_names_from_no_string_table_is_refused()
    {
        byte[] image = ElfBuilder.Small().Function("start", 0x10000).Build();
        int header = (int)image.Word(32) + 40;
        image.PutWord(header + 24, 1);

        Assert.That(_board.Refusal(image), Does.Contain("section 1, which is no string table"));
    }
}
