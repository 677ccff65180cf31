using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>
/// Reads the entries of <c>.debug_info</c> that describe functions, their parameters, variables outside of functions and the types of these
/// (DWARF 5, section 7.5).
/// </summary>
/// <param name="info">The section <c>.debug_info</c>.</param>
/// <param name="abbreviations">The section <c>.debug_abbrev</c>.</param>
/// <param name="texts">The section <c>.debug_str</c>; null when there is none.</param>
/// <param name="lineTexts">The section <c>.debug_line_str</c>; null when there is none.</param>
internal sealed class DebugInfoReader(ImageBytes info, ImageBytes abbreviations, ImageBytes? texts, ImageBytes? lineTexts)
{
    private const uint Dwarf64 = 0xffffffff;
    private const int FirstVersion = 2, LastVersion = 5;
    private const int MaxEntries = 4_000_000;
    private const int MaxDepth = 256;

    /// <summary>Attributes that entries of one code have at most, those of all codes together, and those that are read.</summary>
    private const int MaxAttributes = 256, MaxKnownAttributes = 8_000_000, MaxReadAttributes = 200_000_000;

    private const int AttributeName = 0x03, AttributeByteSize = 0x0b, AttributeLowPc = 0x11, AttributeOrigin = 0x31, AttributeMemberLocation = 0x38,
        AttributeSpecification = 0x47, AttributeType = 0x49, AttributeBitOffset = 0x0c, AttributeBitSize = 0x0d, AttributeDataBitOffset = 0x6b;

    private const int Indirect = 0x16, ImplicitConstant = 0x21;
    private const byte PlusConstant = 0x23; // DW_OP_plus_uconst, with which version 2 says where a member is.

    private static readonly HashSet<int> Wanted = [.. Enum.GetValues<DebugTag>().Select(tag => (int)tag)];
    private readonly Dictionary<long, DebugEntry> _entries = [];
    private readonly Dictionary<long, Dictionary<ulong, Abbreviation>> _tables = [];
    private readonly DwarfTexts _texts = new(texts);
    private readonly DwarfTexts _lineTexts = new(lineTexts);
    private int _knownAttributes;
    private int _readAttributes;

    /// <summary>Reads all entries of use, by their places.</summary>
    /// <exception cref="InputException">They are damaged.</exception>
    public IReadOnlyDictionary<long, DebugEntry> ReadAll()
    {
        DwarfReader reader = new(info);
        while (!reader.IsAtEnd && _entries.Count < MaxEntries)
        {
            long start = reader.Position;
            uint length = reader.Word();
            if (length == Dwarf64)
                throw info.Bad("its debug information is in the 64-bit format, which no compiler makes for this processor");
            long end = reader.Position + length;
            if (end > info.Length)
                throw info.Bad("its debug information is truncated");
            ReadUnit(new DwarfReader(info, reader.Position, end), start);
            reader.Position = end;
        }

        return _entries;
    }

    private void ReadUnit(DwarfReader reader, long start)
    {
        int version = reader.Half();
        if (version is < FirstVersion or > LastVersion)
            return;
        const int compileUnit = 1, partialUnit = 3;
        if (version >= 5 && reader.Byte() is not (compileUnit or partialUnit))
            return;
        if (version >= 5)
            reader.Byte(); // The size of an address.
        Dictionary<ulong, Abbreviation> table = Table(reader.Word());
        if (version < 5)
            reader.Byte();
        Stack<DebugEntry?> parents = new();
        while (!reader.IsAtEnd && _entries.Count < MaxEntries)
        {
            long offset = reader.Position;
            ulong code = reader.Unsigned();
            if (code == 0)
            {
                if (!parents.TryPop(out _) || parents.Count == 0)
                    return;
                continue;
            }

            if (!table.TryGetValue(code, out Abbreviation? abbreviation) || parents.Count > MaxDepth)
                throw info.Bad("its debug information is damaged: an entry has no abbreviation");
            _readAttributes += abbreviation.Attributes.Count + 1;
            if (_readAttributes > MaxReadAttributes)
                throw info.Bad("its debug information is damaged: no program has so many entries");
            DebugEntry entry = new() { Offset = offset, Tag = (DebugTag)abbreviation.Tag };
            foreach (DebugAttribute attribute in abbreviation.Attributes)
                ReadAttribute(reader, start, entry, attribute);
            bool isWanted = Wanted.Contains(abbreviation.Tag) && (entry.Tag != DebugTag.Variable || parents.Count == 1);
            if (isWanted)
            {
                _entries[offset] = entry;
                if (parents.TryPeek(out DebugEntry? parent))
                    parent?.Add(entry);
            }

            if (abbreviation.HasChildren)
                parents.Push(isWanted ? entry : null);
            else if (parents.Count == 0)
                return;
        }
    }

    private void ReadAttribute(DwarfReader reader, long unit, DebugEntry entry, DebugAttribute attribute)
    {
        int form = attribute.Form == Indirect ? (int)reader.Unsigned() : attribute.Form;
        (string? text, ulong number, ReadOnlyMemory<byte> block) = form == ImplicitConstant ? (null, (ulong)attribute.Constant, default)
            : ReadForm(reader, unit, form);
        switch (attribute.Name)
        {
            case AttributeName: entry.Name = text; break;
            case AttributeByteSize: entry.Size = (int)Math.Min(number, int.MaxValue); break;
            case AttributeLowPc: entry.LowPc = (uint)number; break;
            case AttributeType: entry.Type = (long)number; break;
            case AttributeOrigin or AttributeSpecification: entry.Origin = (long)number; break;
            case AttributeBitSize: entry.BitSize = (int)Math.Min(number, int.MaxValue); break;
            case AttributeBitOffset: entry.BitOffset = (uint)number; break;
            case AttributeDataBitOffset: entry.DataBitOffset = (uint)number; break;
            case AttributeMemberLocation:
                entry.Location = block.Length > 1 && block.Span[0] == PlusConstant
                    ? (uint)new DwarfReader(new ImageBytes(info.Name, block), 1).Unsigned()
                    : (uint)number;
                break;
        }
    }

    private (string? Text, ulong Number, ReadOnlyMemory<byte> Block) ReadForm(DwarfReader reader, long unit, int form)
    {
        switch (form)
        {
            case 0x01: return (null, reader.Word(), default); // addr
            case 0x03: return (null, 0, reader.Take(reader.Half())); // block2
            case 0x04: return (null, 0, reader.Take(reader.Word())); // block4
            case 0x05: return (null, reader.Half(), default); // data2
            case 0x06 or 0x17: return (null, reader.Word(), default); // data4, sec_offset
            case 0x07 or 0x20: reader.Take(8); return default; // data8, ref_sig8
            case 0x08: return (reader.Text(), 0, default); // string
            case 0x09 or 0x18: return (null, 0, reader.Take((long)Math.Min(reader.Unsigned(), int.MaxValue))); // block, exprloc
            case 0x0a: return (null, 0, reader.Take(reader.Byte())); // block1
            case 0x0b or 0x0c or 0x25 or 0x29: return (null, reader.Byte(), default); // data1, flag, strx1, addrx1
            case 0x0d: return (null, (ulong)reader.Signed(), default); // sdata
            case 0x0e: return (_texts.At(reader.Word()), 0, default); // strp
            case 0x0f or 0x1a or 0x1b or 0x22 or 0x23: return (null, reader.Unsigned(), default); // udata, strx, addrx, loclistx, rnglistx
            case 0x10: return (null, reader.Word(), default); // ref_addr: as long as an address in version 2, as an offset later
            case 0x11: return (null, (ulong)unit + reader.Byte(), default); // ref1
            case 0x12: return (null, (ulong)unit + reader.Half(), default); // ref2
            case 0x13: return (null, (ulong)unit + reader.Word(), default); // ref4
            case 0x15: return (null, (ulong)unit + reader.Unsigned(), default); // ref_udata
            case 0x19: return (null, 1, default); // flag_present
            case 0x1e: reader.Take(16); return default; // data16
            case 0x1f: return (_lineTexts.At(reader.Word()), 0, default); // line_strp
            case 0x26 or 0x2a: return (null, reader.Half(), default); // strx2, addrx2
            case 0x27 or 0x2b: reader.Take(3); return default; // strx3, addrx3
            case 0x28 or 0x2c: return (null, reader.Word(), default); // strx4, addrx4
            default: throw info.Bad($"its debug information has a form 0x{form:x} that is not known");
        }
    }

    private Dictionary<ulong, Abbreviation> Table(uint offset)
    {
        if (_tables.TryGetValue(offset, out Dictionary<ulong, Abbreviation>? known))
            return known;
        Dictionary<ulong, Abbreviation> table = _tables[offset] = [];
        DwarfReader reader = new(abbreviations, offset);
        while (!reader.IsAtEnd && reader.Unsigned() is var code and not 0)
        {
            int tag = (int)reader.Unsigned();
            bool hasChildren = reader.Byte() != 0;
            List<DebugAttribute> attributes = [];
            while (true)
            {
                (int name, int form) = ((int)reader.Unsigned(), (int)reader.Unsigned());
                long constant = form == ImplicitConstant ? reader.Signed() : 0;
                if (name == 0 && form == 0)
                    break;
                attributes.Add(new DebugAttribute(name, form, constant));
                if (attributes.Count > MaxAttributes || ++_knownAttributes > MaxKnownAttributes)
                    throw abbreviations.Bad("its debug information is damaged: an entry has too many attributes");
            }

            table[code] = new Abbreviation(tag, hasChildren, attributes);
        }

        return table;
    }

    /// <summary>What entries with one code have in common.</summary>
    private sealed record Abbreviation(int Tag, bool HasChildren, List<DebugAttribute> Attributes);

    /// <summary>An attribute of such entries.</summary>
    private readonly record struct DebugAttribute(int Name, int Form, long Constant);
}
