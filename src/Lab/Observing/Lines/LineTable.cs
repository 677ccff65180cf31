using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>The source lines of a program, out of the section <c>.debug_line</c> of an ELF, versions 2 to 5.</summary>
public sealed class LineTable : ISourceLines
{
    /// <summary>Rows that are kept: more than a kernel has, and some 300 MB while they are sorted.</summary>
    private const int MaxRows = 2_500_000;

    private readonly uint[] _addresses;
    private readonly LineRow[] _rows;
    private readonly string[] _files;

    private LineTable(List<LineRow> rows, IEnumerable<string> files)
    {
        _files = [.. files];
        LineRow[] sorted = [.. rows.Select((row, n) => (row, n)).OrderBy(entry => entry.row.Address).ThenBy(entry => entry.row.IsEnd ? 0 : 1)
            .ThenBy(entry => entry.n).Select(entry => entry.row)];

        // Of several rows for one address the last one counts, as it does for debuggers.
        _rows = [.. sorted.Where((row, n) => n + 1 == sorted.Length || sorted[n + 1].Address != row.Address)];
        _addresses = [.. _rows.Select(row => row.Address)];
    }

    /// <summary>Reads the lines of an ELF.</summary>
    /// <returns>Null when it has none.</returns>
    /// <exception cref="InputException">They are damaged.</exception>
    public static LineTable? Read(ImageBytes file)
    {
        if (ElfSections.Find(file, ".debug_line") is not { } lines)
            return null;
        LineProgramReader reader = new(lines, ElfSections.Find(file, ".debug_line_str"), ElfSections.Find(file, ".debug_str"), MaxRows);
        reader.ReadAll();
        return reader.Rows.Count == 0 ? null : new LineTable(reader.Rows, reader.Files.Select(TerminalText.Line));
    }

    /// <inheritdoc/>
    public SourceLine? Find(uint address)
    {
        int index = Array.BinarySearch(_addresses, address);
        if (index < 0)
            index = ~index - 1;
        return index < 0 || _rows[index].IsEnd || _rows[index].Line == 0 ? null : new SourceLine(_files[_rows[index].File], _rows[index].Line);
    }

    /// <summary>The stretches of instructions that belong to one line each, by rising address.</summary>
    public IEnumerable<(uint Start, uint End, SourceLine Line)> Stretches()
    {
        for (int n = 0; n + 1 < _rows.Length; n++)
        {
            if (!_rows[n].IsEnd && _rows[n].Line > 0)
                yield return (_rows[n].Address, _rows[n + 1].Address, new SourceLine(_files[_rows[n].File], _rows[n].Line));
        }
    }
}

/// <summary>From an address on, code belongs to a line.</summary>
/// <param name="Address">The address.</param>
/// <param name="File">Which file.</param>
/// <param name="Line">Which line; 0 for none.</param>
/// <param name="IsEnd">Whether code ends ahead of the address.</param>
internal readonly record struct LineRow(uint Address, int File, int Line, bool IsEnd);
