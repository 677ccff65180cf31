using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Kernels;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>What names mean in a guest that is debugged.</summary>
/// <param name="board">The machine.</param>
/// <param name="symbols">The symbols, those first that win; empty for none.</param>
public sealed class DebugNames(Board board, params IReadOnlyList<SymbolTable> symbols) : IExpressionGuest
{
    /// <summary>The machine.</summary>
    public Board Board => board;

    /// <summary>The symbols.</summary>
    public IReadOnlyList<SymbolTable> Symbols => symbols;

    /// <inheritdoc/>
    public GuestKernel? Kernel { get; init; }

    /// <summary>The types of its program, read when somebody asks; null where nobody knows any.</summary>
    public Lazy<IProgramTypes?>? LazyTypes { get; init; }

    /// <inheritdoc/>
    public IProgramTypes? Types => LazyTypes?.Value;

    /// <summary>What a loader placed in memory.</summary>
    public IReadOnlyList<LoadedRange> Loaded { get; init; } = [];

    /// <summary>Gives the source line of an instruction by its address, as <c>file.c:12</c>; null where nobody knows lines.</summary>
    public Func<uint, string?>? SourceLine { get; init; }

    /// <summary>Findings by name: moments that somebody has marked.</summary>
    public IDictionary<string, Moment> Findings { get; } = new Dictionary<string, Moment>();

    /// <inheritdoc/>
    public Processor Processor => board.Processor;

    /// <inheritdoc/>
    public bool TryRead(uint address, int size, out uint value) => GuestMemory.TryRead(board, address, size, out value);

    /// <inheritdoc/>
    public bool TryFindSymbol(string name, out uint address)
    {
        foreach (SymbolTable table in symbols)
        {
            if (table.TryFind(name, out Symbol? symbol))
            {
                address = symbol.Address;
                return true;
            }
        }

        address = 0;
        return false;
    }

    /// <inheritdoc/>
    public bool TryFindFunction(string name, out uint first, out uint size)
    {
        foreach (SymbolTable table in symbols)
        {
            if (table.TryFind(name, out Symbol? symbol))
            {
                (first, size) = (symbol.Address, table.ReachOf(symbol, out _));
                return true;
            }
        }

        (first, size) = (0, 0);
        return false;
    }

    /// <inheritdoc/>
    public uint? Caller => Backtrace.Walk(board, symbols.Count > 0 ? symbols[0] : null) is [_, var caller, ..] ? caller : null;

    /// <inheritdoc/>
    public string? RunningTask => Kernel?.RunningLabel;

    /// <summary>Gives the name of the function in which an address is; null when nothing is known about it.</summary>
    public string? FunctionAt(uint address) => symbols.Select(table => table.Find(address)?.Symbol.Name).FirstOrDefault(name => name is not null);

    /// <summary>
    /// Gives an address as <c>0xc0001234 (name+0x1c)</c>, or the bare number when nothing is known about it.
    /// </summary>
    public string Describe(uint address) =>
        symbols.FirstOrDefault(table => table.Find(address) is not null)?.Describe(address) ?? $"0x{address:x8}";

    /// <summary>Says that there is no symbol of a name, and what is spelled alike.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="arguments">Names of a function's arguments that could be meant as well; null for none.</param>
    internal GrammarError Missing(SymbolExpression symbol, IReadOnlyCollection<string>? arguments = null)
    {
        string[] valid = [.. arguments ?? [], .. symbols.SelectMany(table => table.All)
            .Select(known => known.Name), CountExpression.Name, .. RegisterNames.All];
        string none = symbols.Count == 0 ? " The guest has no symbols; --symbols may name some." : "";
        string what = arguments is { Count: > 0 } ? "register, argument or symbol" : "register or symbol";
        return new GrammarError(
            symbol.Position, $"there is no {what} {GrammarError.Quote(symbol.Name)}.{NearestName.Question(symbol.Name, valid)}{none}");
    }
}
