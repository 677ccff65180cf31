using System.Buffers.Binary;
using PpcJit.Machine;
using PpcJit.Machine.Memory;

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
    /// <param name="page">Host address of its page.</param>
    /// <param name="physical">Physical address of its page.</param>
    /// <param name="effective">Effective address of its first instruction.</param>
    /// <param name="runs">Where in the page its instructions are.</param>
    public static unsafe ProfiledRegion Of(byte* page, uint physical, uint effective, IReadOnlyList<WordRun> runs) =>
        new(physical | (effective & 0xfff), effective, ChecksumOf(page, runs), runs);

    /// <summary>Whether the instructions in a page are those of the region.</summary>
    /// <param name="page">Host address of the page.</param>
    public unsafe bool IsIn(byte* page) => ChecksumOf(page, Runs) == Checksum;

    private static unsafe uint ChecksumOf(byte* page, IReadOnlyList<WordRun> runs)
    {
        Span<byte> sums = stackalloc byte[8];
        foreach (WordRun run in runs)
        {
            // The sum so far and that of the next run, as if they were data.
            BinaryPrimitives.WriteUInt32BigEndian(
                sums[4..], Crc32.Of(new ReadOnlySpan<byte>(page + (4 * run.First), 4 * run.Length)));
            BinaryPrimitives.WriteUInt32BigEndian(sums, Crc32.Of(sums));
        }

        return BinaryPrimitives.ReadUInt32BigEndian(sums);
    }
}

/// <summary>Instructions of a page that follow each other.</summary>
/// <param name="First">Index in the page of the first.</param>
/// <param name="Length">How many there are.</param>
internal sealed record WordRun(int First, int Length)
{
    /// <summary>Instructions in a page.</summary>
    public const int WordsInPage = PhysicalAddressSpace.PageSize / 4;
}
