using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class SymbolTableTests
{
    [Test]
    public void An_address_belongs_to_the_nearest_symbol_at_or_below_it()
    {
        SymbolTable table = new([Function("second", 0x2000), Function("first", 0x1000)]);

        Assert.That(table.Find(0xfff), Is.Null);
        Assert.That(table.Find(0x1000)!.Value.ToString(), Is.EqualTo("first"));
        Assert.That(table.Find(0x1fff)!.Value.ToString(), Is.EqualTo("first+0xfff"));
        Assert.That(table.Find(0x2004)!.Value.ToString(), Is.EqualTo("second+0x4"));
    }

    [Test]
    public void An_address_past_the_end_of_a_sized_symbol_belongs_to_nothing()
    {
        SymbolTable table = new([Function("only", 0x1000, size: 8)]);

        Assert.That(table.Find(0x1007), Is.Not.Null);
        Assert.That(table.Find(0x1008), Is.Null);
        Assert.That(table.Describe(0x1008), Is.EqualTo("0x00001008"));
    }

    [Test]
    public void A_return_address_where_a_function_begins_belongs_to_the_call_before_it()
    {
        SymbolTable table = new([
            Function("panics", 0x1000, size: 0x20), Function("next", 0x1020, size: 0x20), Function("label", 0x1040),
        ]);

        Assert.That(table.DescribeReturn(0x1020), Is.EqualTo("0x00001020 (panics+0x20)"));
        Assert.That(table.DescribeReturn(0x1024), Is.EqualTo("0x00001024 (next+0x4)"));
        Assert.That(table.DescribeReturn(0x1040), Is.EqualTo("0x00001040 (label)"), "assembly returns to its labels");
        Assert.That(table.DescribeReturn(0x1000), Is.EqualTo("0x00001000 (panics)"), "nothing before it");
    }

    [Test]
    public void A_symbol_without_a_size_reaches_to_the_next_function_whatever_labels_are_inside()
    {
        Symbol switchto = Function("cpu_switchto", 0x1000);
        SymbolTable table = new([
            switchto, new Symbol("switchto_restore", 0x1040, 0, SymbolKind.Label, false),
            new Symbol("entry_point", 0x1060, 0, SymbolKind.Label, true),
            Function("next", 0x1080), new Symbol("table", 0x1100, 0, SymbolKind.Data, false), Function("sized", 0x1200, size: 12),
        ]);

        Assert.That((table.ReachOf(switchto, out Symbol? end), end?.Name), Is.EqualTo((0x80u, "next")));
        Assert.That((Reach(table, "next"), Reach(table, "sized")), Is.EqualTo((0x80u, 12u)), "data ends it too, and a size is believed");
        Assert.That((Reach(table, "switchto_restore"), Reach(table, "entry_point")), Is.EqualTo((0x20u, 0x20u)), "a label's neighbours are labels");
        Assert.That(table.FunctionAt(0x1044)?.Name, Is.EqualTo("cpu_switchto"));
        Assert.That(table.Find(0x1044)?.ToString(), Is.EqualTo("switchto_restore+0x4"));
        Assert.That((table.FunctionAt(0x1208)?.Name, table.FunctionAt(0x120c)), Is.EqualTo(("sized", (Symbol?)null)));
        Assert.That(table.FunctionAt(0xfff), Is.Null);
    }

    [Test]
    public void The_last_symbol_without_a_size_has_a_bound()
    {
        SymbolTable table = new([Function("last", 0x1000)]);
        Assert.That((table.ReachOf(table.All[0], out Symbol? end), end), Is.EqualTo((SymbolTable.ReachOfUnsized, (Symbol?)null)));
    }

    private static uint Reach(SymbolTable table, string name) => table.TryFind(name, out Symbol? symbol) ? table.ReachOf(symbol, out _) : 0;

    [Test]
    public void The_last_symbol_does_not_claim_the_rest_of_the_address_space()
    {
        SymbolTable table = new([Function("_end", 0xc0000000)]);

        Assert.That(table.Find(0xffffffff), Is.Null);
    }

    [Test]
    public void Of_several_symbols_at_one_address_a_function_wins_over_data_and_labels()
    {
        SymbolTable table = new([
            new Symbol("a_label", 0x1000, 0, SymbolKind.Label, true), new Symbol("data", 0x1000, 4, SymbolKind.Data, true),
            new Symbol("function", 0x1000, 4, SymbolKind.Function, false),
        ]);

        Assert.That(table.Find(0x1000)!.Value.Symbol.Name, Is.EqualTo("function"));
    }

    [Test]
    public void Of_several_symbols_with_one_name_a_global_one_wins()
    {
        SymbolTable table = new([
            new Symbol("init", 0x1000, 4, SymbolKind.Function, false), new Symbol("init", 0x3000, 4, SymbolKind.Function, true),
            new Symbol("init", 0x2000, 4, SymbolKind.Function, false),
        ]);

        Assert.That(table.TryFind("init", out Symbol? found), Is.True);
        Assert.That(found!.Address, Is.EqualTo(0x3000u));
        Assert.That(table.TryFind("exit", out _), Is.False);
    }

    private static Symbol Function(string name, uint address, uint size = 0) => new(name, address, size, SymbolKind.Function, true);
}
