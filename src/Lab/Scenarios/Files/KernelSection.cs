using PpcJit.Kernel;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>The block <c>kernel:</c> before its symbols are looked up.</summary>
/// <param name="Names">Its entries: name, text and place.</param>
public sealed record KernelSection(IReadOnlyDictionary<string, Located<string>> Names)
{
    /// <summary>The key that says which kernel it is.</summary>
    internal const string KindKey = "is";

    /// <summary>Which kernel it is: one of <see cref="KernelCatalog.All"/>.</summary>
    public string Kind => Text(KindKey) ?? KernelCatalog.Auto;

    /// <summary>Looks the symbols up.</summary>
    /// <param name="symbols">The image's symbols.</param>
    /// <param name="known">What is known of the kernel otherwise; what the block says wins. Null for nothing.</param>
    /// <exception cref="InputException">A value is no number, or the image lacks a symbol.</exception>
    public KernelDescription Resolve(GuestSymbols symbols, KernelDescription? known = null)
    {
        known ??= new KernelDescription();
        return known with
        {
            PageSize = Size("page-size") ?? known.PageSize,
            KernelPid = Address("kernel-pid", symbols) ?? known.KernelPid,
            TlbHandlers = Names.ContainsKey("tlb-handlers") ? Functions("tlb-handlers", symbols) : known.TlbHandlers,
            DirectMap = Size("direct-size") is { } size
                ? new DirectMap(Address("direct-virtual", symbols) ?? 0, Address("direct-physical", symbols) ?? 0, size)
                : known.DirectMap,
            CurrentLwp = Address("current-lwp", symbols) ?? known.CurrentLwp,
            CurrentLwpRegister = Names.ContainsKey("current-lwp") ? null : known.CurrentLwpRegister,
            LwpName = Address("lwp-name", symbols) ?? known.LwpName,
            LwpNameIsPointer = Text("lwp-name-is-pointer") is { } isPointer ? isPointer is "yes" or "true"
                : !Names.ContainsKey("lwp-name") && known.LwpNameIsPointer,
            LwpProcess = Address("lwp-process", symbols) ?? known.LwpProcess,
            ProcessName = Address("process-name", symbols) ?? known.ProcessName,
            ProcessNumber = Address("process-number", symbols) ?? known.ProcessNumber,
            LwpNumber = Address("lwp-number", symbols) ?? known.LwpNumber,
            LwpUArea = Address("lwp-uarea", symbols) ?? known.LwpUArea,
            PcbStackPointer = Address("pcb-sp", symbols) ?? known.PcbStackPointer,
            AllLwps = Lwps(symbols) ?? known.AllLwps,
            UAreaSize = Size("uarea-size") ?? known.UAreaSize,
            PcbSize = Size("pcb-size") ?? known.PcbSize,
            PageTable = Address("page-table", symbols) is { } table
                ? new PageTable(
                    table, Address("page-table-virtual", symbols) ?? 0, Size("page-table-size") ?? 0,
                    Address("page-table-frame", symbols) ?? 0xfffffc00, Address("page-table-valid", symbols) ?? uint.MaxValue)
                : known.PageTable,
        };
    }

    /// <summary>Functions by name, one after the other in a single text.</summary>
    private List<(uint Address, uint Size)> Functions(string name, GuestSymbols symbols)
    {
        List<(uint, uint)> functions = [];
        if (!Names.TryGetValue(name, out Located<string> value))
            return functions;
        for (Sentence sentence = new(value.Value, value.Location, exact: true); !sentence.AtEnd;)
        {
            SymbolReference function = sentence.TakeSymbol("the name of a function");
            functions.Add((symbols.Resolve(function), symbols.SizeOf(function)));
        }

        return functions;
    }

    private LwpTable? Lwps(GuestSymbols symbols)
    {
        if (Address("lwp-array", symbols) is { } array)
            return new LwpTable(array, Address("lwp-count", symbols) ?? 1, Size("lwp-size") ?? 0);
        return Address("lwp-list", symbols) is { } first ? new LwpTable(first, 0, Address("lwp-next", symbols) ?? 0) : null;
    }

    private string? Text(string name) => Names.TryGetValue(name, out Located<string> value) ? value.Value : null;

    /// <summary>A size, or a product of sizes: the number of pages of a u-area is often a setting.</summary>
    private uint? Size(string name)
    {
        if (!Names.TryGetValue(name, out Located<string> value))
            return null;
        ulong product = 1;
        foreach (string factor in value.Value.Split('*', StringSplitOptions.TrimEntries))
        {
            if (!Numbers.TrySize(factor, out uint size) || (product *= size) > uint.MaxValue)
                throw value.Location.Error($"'{value.Value}' is not a size below 4 GB such as 16K or 2 * 16K.");
        }

        return (uint)product;
    }

    /// <summary>
    /// How many TLB entries the kernel never replaces, from entry 0 on: a number, or where it keeps it; null when the block does not say.
    /// </summary>
    /// <exception cref="InputException">It is neither, or the image lacks a symbol.</exception>
    public Operand? ReservedTlbEntries(GuestSymbols symbols) => Value("tlb-reserved", symbols);

    /// <summary>A value that is looked up each time that it is needed.</summary>
    private Operand? Value(string name, GuestSymbols symbols)
    {
        if (!Names.TryGetValue(name, out Located<string> value))
            return null;
        Sentence sentence = new(value.Value, value.Location, exact: true);
        Operand operand = sentence.TakeOperand("a number, or where the kernel keeps it");
        operand.Check(symbols);
        return sentence.AtEnd ? operand : throw sentence.Unexpected("the end of the value", []);
    }

    private uint? Address(string name, GuestSymbols symbols)
    {
        if (!Names.TryGetValue(name, out Located<string> value))
            return null;
        return symbols.Resolve(new Sentence(value.Value, value.Location, exact: true).TakeSymbol("a symbol or a number"));
    }
}
