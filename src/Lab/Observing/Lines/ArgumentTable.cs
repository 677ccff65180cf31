using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Grammar;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>
/// The arguments of a program's functions and the types of its variables, out of the sections <c>.debug_info</c> and <c>.debug_abbrev</c> of an
/// ELF, versions 2 to 5.
/// </summary>
public sealed class ArgumentTable : IProgramTypes
{
    /// <summary>Typedefs and qualifiers that are followed to find a type, and entries to find what says the rest.</summary>
    private const int MaxSteps = 32;
    private const int FirstRegister = 3, LastRegister = 10;

    private readonly IReadOnlyDictionary<long, DebugEntry> _entries;
    private readonly Dictionary<uint, DebugEntry> _functions = [];
    private readonly Dictionary<string, long> _variables = [];
    private readonly Dictionary<string, DebugEntry> _tags = [];
    private readonly Dictionary<long, StructureMembers?> _structures = [];

    private ArgumentTable(IReadOnlyDictionary<long, DebugEntry> entries)
    {
        _entries = entries;
        foreach (DebugEntry entry in entries.Values)
        {
            if (entry is { Tag: DebugTag.Function, LowPc: { } address })
                _functions[address] = entry;
            else if (entry is { Tag: DebugTag.Variable, Name: { Length: > 0 } name }
                && !(_variables.TryGetValue(name, out long known) && IsWhole(known)))
                _variables[name] = entry.Type;
            else if (entry is { Tag: DebugTag.Structure or DebugTag.Union, Name.Length: > 0, Children.Count: > 0 })
                _tags.TryAdd(entry.Name, entry);
        }
    }

    /// <summary>Reads the arguments of an ELF's functions, and its types.</summary>
    /// <returns>Null when it says nothing of any.</returns>
    /// <exception cref="InputException">The debug information is damaged.</exception>
    public static ArgumentTable? Read(ImageBytes file)
    {
        if (ElfSections.Find(file, ".debug_info") is not { } info || ElfSections.Find(file, ".debug_abbrev") is not { } abbreviations)
            return null;
        ArgumentTable table = new(new DebugInfoReader(info, abbreviations, ElfSections.Find(file, ".debug_str"),
            ElfSections.Find(file, ".debug_line_str")).ReadAll());
        return table._functions.Count + table._variables.Count + table._tags.Count == 0 ? null : table;
    }

    /// <summary>Gives the arguments of the function that begins at an address; null when none does.</summary>
    public FunctionArguments? Find(uint address)
    {
        if (!_functions.TryGetValue(address, out DebugEntry? function))
            return null;
        Dictionary<string, FunctionArgument> arguments = [];
        int register = FirstRegister;
        foreach (DebugEntry parameter in Parameters(function))
        {
            int size = SizeOf(parameter.Type);

            // Structures are passed by a pointer, what is eight bytes wide in an odd and an even register after it.
            if (size == 8)
                register += (register & 1) == 0 ? 1 : 0;
            if (register > LastRegister)
                break;
            if (size != 8 && NameOf(parameter) is { } name)
            {
                long type = parameter.Type;
                arguments.TryAdd(name, new FunctionArgument(register, () => PointedTo(type)));
            }

            register += size == 8 ? 2 : 1;
        }

        return new FunctionArguments(arguments);
    }

    /// <inheritdoc/>
    public StructureMembers? OfVariable(string name, out bool isPointer)
    {
        isPointer = false;
        if (!_variables.TryGetValue(name, out long type))
            return null;
        DebugEntry? entry = Resolve(type);
        isPointer = entry is { Tag: DebugTag.Pointer };
        return isPointer ? PointedTo(type) : StructureOf(entry is { Tag: DebugTag.Array } ? entry.Type : type);
    }

    /// <inheritdoc/>
    public StructureMembers? Structure(string tag) => _tags.TryGetValue(tag, out DebugEntry? structure) ? Members(structure) : null;

    /// <summary>Whether a type is a structure that is not only declared, or leads to one.</summary>
    private bool IsWhole(long type)
    {
        DebugEntry? entry = Resolve(type);
        return (entry is { Tag: DebugTag.Pointer or DebugTag.Array } ? Resolve(entry.Type) : entry) is { Children.Count: > 0 };
    }

    private DebugEntry[] Parameters(DebugEntry function)
    {
        DebugEntry? entry = function;
        for (int n = 0; n < MaxSteps && entry is not null; n++)
        {
            DebugEntry[] own = [.. entry.Children.Where(child => child.Tag == DebugTag.Parameter)];
            if (own.Length > 0)
                return own;
            entry = _entries.GetValueOrDefault(entry.Origin);
        }

        return [];
    }

    private string? NameOf(DebugEntry entry)
    {
        for (int n = 0; n < MaxSteps; n++)
        {
            if (entry.Name is { Length: > 0 } name)
                return TerminalText.Line(name);
            if (!_entries.TryGetValue(entry.Origin, out DebugEntry? origin))
                return null;
            entry = origin;
        }

        return null;
    }

    /// <summary>Follows typedefs and qualifiers to what a type is.</summary>
    private DebugEntry? Resolve(long type)
    {
        for (int n = 0; n < MaxSteps && _entries.TryGetValue(type, out DebugEntry? entry); n++)
        {
            if (entry.Tag is not (DebugTag.Typedef or DebugTag.Const or DebugTag.Volatile or DebugTag.Restrict))
                return entry;
            type = entry.Type;
        }

        return null;
    }

    private int SizeOf(long type) => Resolve(type) switch
    {
        { Tag: DebugTag.Pointer } => 4,
        { Tag: DebugTag.Base or DebugTag.Enumeration } plain => plain.Size,
        _ => 0,
    };

    private StructureMembers? PointedTo(long type) =>
        Resolve(type) is { Tag: DebugTag.Pointer } pointer ? StructureOf(pointer.Type) : null;

    private StructureMembers? StructureOf(long type) =>
        Resolve(type) is { Tag: DebugTag.Structure or DebugTag.Union } structure ? Members(structure) : null;

    private StructureMembers? Members(DebugEntry structure)
    {
        if (_structures.TryGetValue(structure.Offset, out StructureMembers? known))
            return known;
        Dictionary<string, StructureMember> members = [];
        AddMembers(members, structure, 0, depth: 0);
        return _structures[structure.Offset] = new StructureMembers($"struct {TerminalText.Line(structure.Name ?? "?")}", members);
    }

    /// <summary>Adds the members of a structure, and those of structures and unions in it that have no name of their own.</summary>
    private void AddMembers(Dictionary<string, StructureMember> members, DebugEntry structure, uint start, int depth)
    {
        foreach (DebugEntry member in structure.Children.Where(child => child.Tag == DebugTag.Member))
        {
            if (member.Name is { Length: > 0 } name)
            {
                if (Member(member, start) is { } known)
                    members.TryAdd(TerminalText.Line(name), known);
            }
            else if (depth < MaxSteps && Resolve(member.Type) is { Tag: DebugTag.Structure or DebugTag.Union } inner)
            {
                AddMembers(members, inner, start + member.Location, depth + 1);
            }
        }
    }

    /// <summary>
    /// Gives a member of a structure that begins <paramref name="start"/> bytes after what a person points to; null for a bit field in
    /// two words.
    /// </summary>
    private StructureMember? Member(DebugEntry member, uint start)
    {
        long type = member.Type;
        if (member.BitSize == 0)
        {
            return new StructureMember(start + member.Location, SizeOf(type), () => PointedTo(type))
            {
                Embedded = () => StructureOf(type),
            };
        }

        uint first = (start * 8) + (member.DataBitOffset ?? ((member.Location * 8) + member.BitOffset));
        int shift = 32 - (int)(first % 32) - member.BitSize;
        return shift < 0 ? null : new StructureMember(first / 32 * 4, 4, Structure: null) { Bits = (shift, uint.MaxValue >> (32 - member.BitSize)) };
    }
}
