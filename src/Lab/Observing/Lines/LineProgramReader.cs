using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>Executes the line number programs of a section <c>.debug_line</c> (DWARF 5, section 6.2; versions 2 to 4 before it).</summary>
/// <param name="section">The section.</param>
/// <param name="lineTexts">The section <c>.debug_line_str</c>; null when there is none.</param>
/// <param name="texts">The section <c>.debug_str</c>; null when there is none.</param>
/// <param name="maxRows">Rows at which it ends.</param>
internal sealed class LineProgramReader(ImageBytes section, ImageBytes? lineTexts, ImageBytes? texts, int maxRows)
{
    private const uint Dwarf64 = 0xffffffff;
    private const int FirstVersion = 2, LastVersion = 5;
    private const int MaxEntries = 1 << 20;

    private const int FormData2 = 0x05, FormData4 = 0x06, FormData8 = 0x07, FormString = 0x08, FormBlock = 0x09, FormData1 = 0x0b,
        FormStringOffset = 0x0e, FormUnsigned = 0x0f, FormData16 = 0x1e, FormLineString = 0x1f;

    private const int ContentPath = 1, ContentDirectory = 2;

    private readonly Dictionary<string, int> _files = [];
    private readonly DwarfTexts _lineTexts = new(lineTexts);
    private readonly DwarfTexts _texts = new(texts);

    /// <summary>The rows in the order of the programs.</summary>
    public List<LineRow> Rows { get; } = [];

    /// <summary>The files by number.</summary>
    public List<string> Files { get; } = [];

    /// <summary>Reads all programs.</summary>
    /// <exception cref="InputException">They are damaged.</exception>
    public void ReadAll()
    {
        DwarfReader reader = new(section);
        while (!reader.IsAtEnd && Rows.Count < maxRows)
        {
            uint length = reader.Word();
            if (length == Dwarf64)
                throw section.Bad("its debug information is in the 64-bit format, which no compiler makes for this processor");
            long end = reader.Position + length;
            if (end > section.Length)
                throw section.Bad("its debug information is truncated");
            ReadProgram(new DwarfReader(section, reader.Position, end));
            reader.Position = end;
        }
    }

    private void ReadProgram(DwarfReader reader)
    {
        int version = reader.Half();
        if (version is < FirstVersion or > LastVersion)
            return;
        if (version >= 5)
            reader.Take(2); // The sizes of addresses and of segment selectors.
        long programStart = reader.Word();
        programStart += reader.Position;
        int step = reader.Byte();
        if (version >= 4)
            reader.Byte(); // Operations of an instruction: 1 where nothing is a VLIW.
        reader.Byte(); // Whether rows are statements at first, which does not matter here.
        int lineBase = (sbyte)reader.Byte();
        int lineRange = reader.Byte();
        int firstSpecial = reader.Byte();
        if (lineRange == 0 || firstSpecial == 0)
            throw section.Bad("its debug information is damaged: a line table has no steps");
        byte[] operands = reader.Take(firstSpecial - 1).ToArray();
        List<string> files = version >= 5 ? ReadNames(reader) : ReadOldNames(reader);
        List<int> numbers = [.. files.Select(NumberOf)];
        reader.Position = programStart;
        Execute(reader, new Steps(step, lineBase, lineRange, firstSpecial, operands), numbers, files, firstFile: 1);
    }

    private void Execute(DwarfReader reader, Steps steps, List<int> numbers, List<string> names, int firstFile)
    {
        uint address = 0;
        long line = 1;
        ulong file = (ulong)firstFile;
        void Add(bool isEnd)
        {
            int number = file < (ulong)numbers.Count ? numbers[(int)file] : NumberOf("?");
            Rows.Add(new LineRow(address, number, (int)Math.Clamp(line, 0, int.MaxValue), isEnd));
        }

        while (!reader.IsAtEnd && Rows.Count < maxRows)
        {
            int code = reader.Byte();
            if (code >= steps.FirstSpecial)
            {
                int special = code - steps.FirstSpecial;
                address += (uint)(special / steps.LineRange * steps.Step);
                line += steps.LineBase + (special % steps.LineRange);
                Add(isEnd: false);
                continue;
            }

            switch (code)
            {
                case 0:
                    ulong length = reader.Unsigned();
                    if (length == 0)
                        break;
                    if (length > (ulong)(reader.End - reader.Position))
                        throw section.Bad("its debug information is damaged: a step reaches past the end of its line table");
                    long end = reader.Position + (long)length;
                    switch (reader.Byte())
                    {
                        case 1:
                            Add(isEnd: true);
                            (address, line, file) = (0, 1, (ulong)firstFile);
                            break;
                        case 2 when length == 5:
                            address = reader.Word();
                            break;
                        case 3:
                            string name = reader.Text();
                            numbers.Add(NumberOf(name));
                            names.Add(name);
                            break;
                    }

                    reader.Position = end;
                    break;
                case 1: Add(isEnd: false); break;
                case 2: address += (uint)(reader.Unsigned() * (ulong)steps.Step); break;
                case 3: line += reader.Signed(); break;
                case 4: file = reader.Unsigned(); break;
                case 8: address += (uint)((255 - steps.FirstSpecial) / steps.LineRange * steps.Step); break;
                case 9: address += reader.Half(); break;
                default:
                    for (int n = 0; n < steps.Operands[code - 1]; n++)
                        reader.Unsigned();
                    break;
            }
        }
    }

    /// <summary>Versions 2 to 4: directories, then files, which are counted from 1.</summary>
    private static List<string> ReadOldNames(DwarfReader reader)
    {
        List<string> directories = [""];
        while (reader.Text() is { Length: > 0 } directory && directories.Count < MaxEntries)
            directories.Add(directory);
        List<string> files = ["?"];
        while (reader.Text() is { Length: > 0 } name && files.Count < MaxEntries)
        {
            ulong directory = reader.Unsigned();
            reader.Unsigned(); // When it was changed,
            reader.Unsigned(); // and its length.
            files.Add(Join(directory < (ulong)directories.Count ? directories[(int)directory] : "", name));
        }

        return files;
    }

    /// <summary>Version 5: both lists say themselves what is in them, and are counted from 0; the first directory is the compiler's.</summary>
    private List<string> ReadNames(DwarfReader reader)
    {
        List<(string Path, ulong Directory)> directories = ReadEntries(reader);
        List<(string Path, ulong Directory)> files = ReadEntries(reader);
        string top = directories.Count > 0 ? directories[0].Path : "";
        return [.. files.Select(file => Join(file.Directory > 0 && file.Directory < (ulong)directories.Count
            ? Relative(directories[(int)file.Directory].Path, top) : "", file.Path))];
    }

    private List<(string Path, ulong Directory)> ReadEntries(DwarfReader reader)
    {
        (ulong Content, ulong Form)[] format = new (ulong, ulong)[reader.Byte()];
        for (int n = 0; n < format.Length; n++)
            format[n] = (reader.Unsigned(), reader.Unsigned());
        ulong count = reader.Unsigned();
        List<(string Path, ulong Directory)> entries = [];
        for (ulong n = 0; n < count && entries.Count < MaxEntries && format.Length > 0; n++)
        {
            string path = "?";
            ulong directory = 0;
            foreach ((ulong content, ulong form) in format)
            {
                (string? text, ulong number) = ReadForm(reader, form);
                if (content == ContentPath)
                    path = text ?? "?";
                else if (content == ContentDirectory)
                    directory = number;
            }

            entries.Add((path, directory));
        }

        return entries;
    }

    private (string? Text, ulong Number) ReadForm(DwarfReader reader, ulong form)
    {
        switch (form)
        {
            case FormString: return (reader.Text(), 0);
            case FormLineString: return (_lineTexts.At(reader.Word()), 0);
            case FormStringOffset: return (_texts.At(reader.Word()), 0);
            case FormData1: return (null, reader.Byte());
            case FormData2: return (null, reader.Half());
            case FormData4: return (null, reader.Word());
            case FormUnsigned: return (null, reader.Unsigned());
            case FormData8: reader.Take(8); return (null, 0);
            case FormData16: reader.Take(16); return (null, 0);
            case FormBlock: reader.Take((long)Math.Min(reader.Unsigned(), int.MaxValue)); return (null, 0);
            default: throw section.Bad($"its debug information has a form 0x{form:x} that line tables do not use");
        }
    }

    private static string Join(string directory, string name) => directory.Length == 0 || name.StartsWith('/') ? name : $"{directory}/{name}";

    /// <summary>Paths stay short where they lie below the folder in which the compiler ran.</summary>
    private static string Relative(string directory, string top) =>
        top.Length > 0 && directory.StartsWith(top + "/", StringComparison.Ordinal) ? directory[(top.Length + 1)..] : directory;

    private int NumberOf(string file)
    {
        if (_files.TryGetValue(file, out int number))
            return number;
        Files.Add(file);
        return _files[file] = Files.Count - 1;
    }

    /// <summary>How a program encodes steps.</summary>
    private sealed record Steps(int Step, int LineBase, int LineRange, int FirstSpecial, byte[] Operands);
}
