using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Kernels;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>
/// The structures of a program, out of the sections <c>.debug_info</c> and <c>.debug_abbrev</c> of an ELF, which are read when somebody asks.
/// </summary>
public sealed class StructureTable : IStructureLayouts
{
    /// <summary>Typedefs and qualifiers that are followed to find a type, and structures without a name that are looked into.</summary>
    private const int MaxSteps = 32;

    private readonly Lazy<IReadOnlyDictionary<long, DebugEntry>> _entries;
    private readonly Lazy<Dictionary<string, DebugEntry>> _byName;

    private StructureTable(ImageBytes file, ImageBytes info, ImageBytes abbreviations, Action<InputException> damaged)
    {
        _entries = new(() =>
        {
            try
            {
                return new DebugInfoReader(info, abbreviations, ElfSections.Find(file, ".debug_str"),
                    ElfSections.Find(file, ".debug_line_str")).ReadAll();
            }
            catch (InputException error)
            {
                damaged(error);
                return new Dictionary<long, DebugEntry>();
            }
        });
        _byName = new(() => ByName(_entries.Value.Values));
    }

    /// <summary>Prepares to read the structures of an ELF.</summary>
    /// <param name="file">An ELF for this processor.</param>
    /// <param name="damaged">Told when the debug information is damaged; there are no structures then.</param>
    /// <returns>Null when it has no debug information.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static StructureTable? Find(ImageBytes file, Action<InputException> damaged) =>
        ElfSections.Find(file, ".debug_info") is { } info && ElfSections.Find(file, ".debug_abbrev") is { } abbreviations
            ? new StructureTable(file, info, abbreviations, damaged) : null;

    /// <inheritdoc/>
    public bool TryFind(string structure, string member, out uint offset)
    {
        offset = 0;
        DebugEntry? entry = _byName.Value.GetValueOrDefault(structure);
        foreach (string name in member.Split('.'))
        {
            if (entry is null || Find(entry, name, 0, depth: 0) is not var (found, start))
                return false;
            offset += start;
            entry = Resolve(found.Type);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TrySize(string structure, out uint size)
    {
        size = (uint)(_byName.Value.GetValueOrDefault(structure)?.Size ?? 0);
        return size > 0;
    }

    /// <summary>Structures by tag. A file that only declares one says nothing of it.</summary>
    private static Dictionary<string, DebugEntry> ByName(IEnumerable<DebugEntry> entries)
    {
        Dictionary<string, DebugEntry> named = [];
        foreach (DebugEntry entry in entries)
        {
            if (entry is { Tag: DebugTag.Structure or DebugTag.Union, Name.Length: > 0 } && entry.Children.Count > 0)
                named.TryAdd(entry.Name, entry);
        }

        return named;
    }

    private (DebugEntry Member, uint Offset)? Find(DebugEntry structure, string name, uint start, int depth)
    {
        foreach (DebugEntry member in structure.Children)
        {
            if (member.Tag != DebugTag.Member || member.BitSize != 0)
                continue;
            if (member.Name == name)
                return (member, start + member.Location);
            if (member.Name is null or "" && depth < MaxSteps && Resolve(member.Type) is { } inner
                && Find(inner, name, start + member.Location, depth + 1) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>Follows typedefs and qualifiers to a structure or union; null for another type.</summary>
    private DebugEntry? Resolve(long type)
    {
        for (int n = 0; n < MaxSteps && _entries.Value.TryGetValue(type, out DebugEntry? entry); n++)
        {
            if (entry.Tag is DebugTag.Structure or DebugTag.Union)
                return entry;
            if (entry.Tag is not (DebugTag.Typedef or DebugTag.Const or DebugTag.Volatile))
                return null;
            type = entry.Type;
        }

        return null;
    }
}
