namespace PpcJit.Kernel.Loading;

/// <summary>
/// Reads big-endian 32-bit PowerPC ELF images (System V ABI, chapters 4 and 5; PowerPC processor supplement).
/// </summary>
internal static class ElfImage
{
    private const int HeaderSize = 52;
    private const int ProgramHeaderSize = 32;
    private const int TypeExecutable = 2;
    private const int TypeShared = 3;
    private const int MachinePowerPc = 20;
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;
    private const uint DynamicEnd = 0;
    private const uint DynamicNeeded = 1;

    /// <summary>Whether a file begins as ELF files do.</summary>
    public static bool IsElf(ReadOnlySpan<byte> bytes) => bytes is [0x7f, (byte)'E', (byte)'L', (byte)'F', ..];

    /// <summary>Reads an image.</summary>
    /// <exception cref="InputException">It is not a well-formed executable for this processor.</exception>
    public static LoadableImage Read(ImageBytes file)
    {
        CheckHeader(file);
        List<ElfSegment> segments = ReadSegments(file);
        uint entry = PhysicalEntry(file, segments, file.Word(24, "the ELF header"));
        SymbolTable? symbols = ElfSymbols.Read(file);
        return new LoadableImage(
            "ELF", [.. segments.Select(s => new ImageSegment(s.Physical, s.Bytes, s.Size) { LinkAddress = s.Virtual })], entry, symbols);
    }

    /// <summary>Checks that the file is an ELF for this processor.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public static void CheckHeader(ImageBytes file)
    {
        ReadOnlySpan<byte> header = file.Slice(0, HeaderSize, "the ELF header").Span;
        if (header[4] == 2)
            throw file.Bad("it is a 64-bit ELF, and the PowerPC 405 is a 32-bit processor");
        if (header[4] != 1)
            throw file.Bad($"its ELF class is {header[4]}, which does not exist");
        int machine = header[5] == 1 ? header[18] | (header[19] << 8) : (header[18] << 8) | header[19];
        if (machine != MachinePowerPc)
            throw file.Bad($"it is an ELF for {MachineName(machine)}, not for the PowerPC");
        if (header[5] != 2)
            throw file.Bad("it is a little-endian ELF, and this processor starts in big-endian mode");
        int type = file.Half(16, "the ELF header");
        if (type is not TypeExecutable and not TypeShared)
            throw file.Bad(type == 1 ? "it is an object file that has not been linked" : $"its ELF type {type} is not an executable");
    }

    private static List<ElfSegment> ReadSegments(ImageBytes file)
    {
        long table = file.Word(28, "the ELF header");
        int size = file.Half(42, "the ELF header");
        int count = file.Half(44, "the ELF header");
        if (count != 0 && size != ProgramHeaderSize)
            throw file.Bad($"its program headers are {size} bytes each instead of {ProgramHeaderSize}");
        file.Slice(table, (long)count * ProgramHeaderSize, "the ELF program headers");
        List<ElfSegment> segments = [];
        for (int n = 0; n < count; n++)
        {
            long at = table + ((long)n * ProgramHeaderSize);
            uint type = file.Word(at, "a program header");
            if (type == SegmentDynamic && NeedsLibraries(file, at))
                throw file.Bad("it is a program for an operating system (it needs shared libraries), not a kernel");
            if (type == SegmentLoad && file.Word(at + 20, "a program header") != 0)
                segments.Add(ReadSegment(file, at, n));
        }

        if (segments.Count == 0)
            throw file.Bad("it has no segment to load");
        segments.Sort((left, right) => left.Physical.CompareTo(right.Physical));
        for (int n = 1; n < segments.Count; n++)
        {
            if (segments[n].Physical - segments[n - 1].Physical < segments[n - 1].Size)
                throw file.Bad($"its segments at physical 0x{segments[n - 1].Physical:x8} and 0x{segments[n].Physical:x8} overlap");
        }

        return segments;
    }

    /// <summary>
    /// Whether a dynamic section names libraries. The path of a dynamic linker alone says nothing: Linux's boot
    /// wrappers before 4.10 carry one and relocate themselves.
    /// </summary>
    private static bool NeedsLibraries(ImageBytes file, long header)
    {
        const string what = "the dynamic section";
        ImageBytes section =
            new(file.Name, file.Slice(file.Word(header + 4, "a program header"), file.Word(header + 16, "a program header"), what));
        for (int at = 0; at + 8 <= section.Length; at += 8)
        {
            uint tag = section.Word(at, what);
            if (tag is DynamicEnd or DynamicNeeded)
                return tag == DynamicNeeded;
        }

        return false;
    }

    private static ElfSegment ReadSegment(ImageBytes file, long at, int number)
    {
        uint offset = file.Word(at + 4, "a program header");
        uint virtualAddress = file.Word(at + 8, "a program header");
        uint physical = file.Word(at + 12, "a program header");
        uint fileSize = file.Word(at + 16, "a program header");
        uint size = file.Word(at + 20, "a program header");
        if (fileSize > size)
            throw file.Bad($"its segment {number} has more bytes in the file (0x{fileSize:x}) than in memory (0x{size:x})");
        if (physical + (ulong)size > 1UL << 32)
            throw file.Bad($"its segment {number} at physical 0x{physical:x8} with 0x{size:x} bytes reaches past the end of the address space");
        return new ElfSegment(virtualAddress, physical, fileSize == 0 ? default : file.Slice(offset, fileSize, $"segment {number}"), size);
    }

    /// <summary>
    /// A kernel is linked at the virtual address it will give itself, and starts with the MMU off: its entry is
    /// translated as its segment is.
    /// </summary>
    private static uint PhysicalEntry(ImageBytes file, List<ElfSegment> segments, uint entry)
    {
        foreach (ElfSegment segment in segments)
        {
            if (entry - segment.Virtual < segment.Size)
                return entry - segment.Virtual + segment.Physical;
        }

        foreach (ElfSegment segment in segments)
        {
            if (entry - segment.Physical < segment.Size)
                return entry;
        }

        throw file.Bad($"its entry point 0x{entry:x8} lies in none of its segments");
    }

    private static string MachineName(int machine) => machine switch
    {
        2 => "SPARC",
        3 => "the Intel 80386",
        4 => "the Motorola 68000",
        8 => "MIPS",
        21 => "the 64-bit PowerPC",
        22 => "S/390",
        40 => "32-bit ARM",
        62 => "x86-64",
        183 => "64-bit ARM",
        243 => "RISC-V",
        _ => $"another processor (machine number {machine})",
    };

    private sealed record ElfSegment(uint Virtual, uint Physical, ReadOnlyMemory<byte> Bytes, uint Size);
}
