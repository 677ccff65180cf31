using System.Buffers.Binary;
using PpcJit.Jit.Code;
using PpcJit.Machine;

namespace PpcJit.Jit.Profiles;

/// <summary>A region of an earlier run.</summary>
/// <param name="Physical">Physical address of its first instruction.</param>
/// <param name="Effective">Effective address of its first instruction.</param>
/// <param name="Checksum">CRC-32 over its instructions.</param>
/// <param name="Runs">Where in the page its instructions were.</param>
internal sealed record ProfiledRegion(uint Physical, uint Effective, uint Checksum, IReadOnlyList<WordRun> Runs)
{
    /// <summary>Index in the page of its first instruction.</summary>
    public int Entry => (int)(Effective & 0xfff) >> 2;

    /// <summary>Describes a region that was compiled.</summary>
    public static unsafe ProfiledRegion Of(CodePage page, Region region) =>
        new(page.Physical | (region.EffectiveAddress & 0xfff), region.EffectiveAddress, ChecksumOf(page.Host, region.Runs), region.Runs);

    /// <summary>Whether the instructions in a page are those of the region.</summary>
    public unsafe bool IsIn(CodePage page) => ChecksumOf(page.Host, Runs) == Checksum;

    private static unsafe uint ChecksumOf(byte* page, IReadOnlyList<WordRun> runs)
    {
        Span<byte> sums = stackalloc byte[8];
        foreach (WordRun run in runs)
        {
            // The sum so far and that of the next run, as if they were data.
            BinaryPrimitives.WriteUInt32BigEndian(sums[4..], Crc32.Of(new ReadOnlySpan<byte>(page + (4 * run.First), 4 * run.Length)));
            BinaryPrimitives.WriteUInt32BigEndian(sums, Crc32.Of(sums));
        }

        return BinaryPrimitives.ReadUInt32BigEndian(sums);
    }
}

/// <summary>Instructions of a page that follow each other.</summary>
/// <param name="First">Index in the page of the first.</param>
/// <param name="Length">How many there are.</param>
internal sealed record WordRun(int First, int Length);
