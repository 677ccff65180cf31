using System.Buffers.Binary;
using Microsoft.Diagnostics.Runtime;
using PpcJit.Jit.Code;
using PpcJit.Jit.Profiles;
using PpcJit.Machine.Isa;

namespace PpcJit.Inspector.Readings;

/// <summary>A region as the fast engine describes it.</summary>
/// <param name="Address">Effective address of its first instruction.</param>
/// <param name="Code">Host address of its machine code.</param>
/// <param name="Instructions">How many guest instructions it has.</param>
/// <param name="IlBytes">Size of its IL.</param>
/// <param name="CompileMicroseconds">How long compiling it took.</param>
/// <param name="Physical">Physical address of its first instruction; null when no code page has it any more.</param>
/// <param name="GuestCode">Its guest instructions; none when they were not read, or no code page has it any more.</param>
internal sealed record RegionReading(
    uint Address, ulong Code, int Instructions, int IlBytes, long CompileMicroseconds, uint? Physical,
        IReadOnlyList<GuestInstruction> GuestCode)
{
    private const int Words = 1024;
    private const int WordBytes = 4;

    private static readonly Field PagePhysical = new(typeof(CodePage), nameof(CodePage.Physical));
    private static readonly Field PageHost = new(typeof(CodePage), nameof(CodePage.Host));
    private static readonly Field PageRegions = new(typeof(CodePage), "_regions");
    private static readonly Field EffectiveAddress = new(typeof(Region), nameof(Region.EffectiveAddress));
    private static readonly Field CodeAddress = new(typeof(Region), nameof(Region.Code));
    private static readonly Field InstructionCount = new(typeof(Region), nameof(Region.Instructions));
    private static readonly Field IlSize = new(typeof(Region), nameof(Region.IlBytes));
    private static readonly Field CompileTime = new(typeof(Region), nameof(Region.CompileMicroseconds));
    private static readonly Field Runs = new(typeof(Region), nameof(Region.Runs));
    private static readonly Field RunFirst = new(typeof(WordRun), nameof(WordRun.First));
    private static readonly Field RunLength = new(typeof(WordRun), nameof(WordRun.Length));

    /// <summary>Whether a code page has it; if not, it waits for a collection.</summary>
    public bool IsInstalled => Physical is not null;

    /// <summary>Reads all regions on the heap.</summary>
    /// <param name="objects">The heap's objects.</param>
    /// <param name="memory">Where guest code is read; null for none.</param>
    public static IReadOnlyList<RegionReading> All(HeapObjects objects, IMemoryReader? memory)
    {
        List<RegionReading> regions = [];
        HashSet<ulong> installed = [];
        foreach (ClrObject page in objects[typeof(CodePage)])
        {
            uint physical = Fields.Value<uint>(page, PagePhysical);
            byte[]? guest = memory is null ? null : ReadPage(memory, Fields.Value<ulong>(page, PageHost));
            foreach (ClrObject region in Fields.Items(Fields.Object(page, PageRegions)))
            {
                installed.Add(region.Address);
                regions.Add(Read(region, physical, guest));
            }
        }

        regions.AddRange(objects[typeof(Region)].Where(region => !installed.Contains(region.Address))
            .Select(region => Read(region, null, null)));
        return regions;
    }

    private static RegionReading Read(ClrObject region, uint? physicalPage, byte[]? guest)
    {
        uint address = Fields.Value<uint>(region, EffectiveAddress);
        return new RegionReading(
            address, Fields.Value<ulong>(region, CodeAddress), Fields.Value<int>(region, InstructionCount), Fields.Value<int>(region, IlSize),
            Fields.Value<long>(region, CompileTime), physicalPage | (address & 0xfff), guest is null
                ? []
                : GuestCodeOf(region, address & ~0xfffu, guest));
    }

    private static List<GuestInstruction> GuestCodeOf(ClrObject region, uint page, byte[] guest)
    {
        List<GuestInstruction> code = [];
        foreach (ClrObject run in Fields.Items(Fields.Object(region, Runs)))
        {
            int first = Fields.Value<int>(run, RunFirst);
            for (int word = first; word < first + Fields.Value<int>(run, RunLength) && word < Words; word++)
                code.Add(GuestInstruction.Of(
                    page + (uint)(word * WordBytes), BinaryPrimitives.ReadUInt32BigEndian(guest.AsSpan(word * WordBytes))));
        }

        return code;
    }

    private static byte[]? ReadPage(IMemoryReader memory, ulong host)
    {
        byte[] page = new byte[Words * WordBytes];
        return memory.Read(host, page) == page.Length ? page : null;
    }
}

/// <summary>A guest instruction as it stands in the guest's memory.</summary>
/// <param name="Address">Effective address.</param>
/// <param name="Word">The 32 bits.</param>
/// <param name="Text">The assembler text.</param>
internal readonly record struct GuestInstruction(uint Address, uint Word, string Text)
{
    /// <summary>Disassembles a word.</summary>
    public static GuestInstruction Of(uint address, uint word) => new(address, word, Disassembler.Disassemble(word, address));
}
