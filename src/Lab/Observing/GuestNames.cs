using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Observing;

/// <summary>Brings together what is known of the names in a guest: symbols, its kernel, source lines and types.</summary>
public static class GuestNames
{
    /// <summary>Gives the names that a person may use for places and values of a guest.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="guest">What was loaded.</param>
    /// <param name="options">What was booted: where debug information is looked for.</param>
    /// <param name="kernelName">Which kernel it has: one of <see cref="KernelCatalog.All"/>.</param>
    /// <exception cref="InputException">It lacks that kernel's symbols.</exception>
    public static DebugNames Of(Board board, LoadedGuest guest, BootOptions options, string kernelName)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(guest);
        Lazy<IStructureLayouts?> structures = new(() => FromDebugFile(options, file => StructureTable.Find(file, _ => { })));
        GuestKernel known = new(board, kernelName, new KernelFacts(guest.AllSymbols, structures, board.Memory.RamSize));
        GuestKernel? kernel = known.Name == KernelCatalog.None ? null : known;
        Lazy<LineTable?> lines = new(() => FromDebugFile(options, LineTable.Read));
        return new DebugNames(board, kernel?.LowCode is { } low ? [.. guest.AllSymbols, low] : guest.AllSymbols)
        {
            Kernel = kernel,
            Loaded = guest.Ranges,
            LazyTypes = new Lazy<IProgramTypes?>(() => FromDebugFile(options, ArgumentTable.Read)),
            SourceLine = address => lines.Value?.Find(address) is { } line ? $"{Path.GetFileName(line.File)}:{line.Line}" : null,
        };
    }

    /// <summary>Reads debug information; null where there is none, or where it is damaged, as who looks at lines and arguments says.</summary>
    private static T? FromDebugFile<T>(BootOptions options, Func<ImageBytes, T?> read)
        where T : class
    {
        try
        {
            return DebugFile.Read(options) is { } file ? read(file) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
