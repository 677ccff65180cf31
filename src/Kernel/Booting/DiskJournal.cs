using System.Security.Cryptography;
using PpcJit.Kernel.Files;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// The file beside a disk's that exists while sectors are written into it: what they were, and what they are to be. It is whole before the first one
/// is written, so that a process which is killed meanwhile leaves a disk that can be brought to its next state: between two states it is never seen.
/// </summary>
/// <param name="diskPath">The disk's file.</param>
internal sealed class DiskJournal(string diskPath)
{
    private static ReadOnlySpan<byte> Signature => "ppcjit-disk-journal 1\n"u8;

    /// <summary>Where it is.</summary>
    public string Path { get; } = diskPath + ".journal";

    /// <summary>Writes it.</summary>
    /// <param name="before">What the sectors hold.</param>
    /// <param name="after">What the same sectors are to hold.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(
        IReadOnlyCollection<KeyValuePair<ulong, ReadOnlyMemory<byte>>> before, IReadOnlyCollection<KeyValuePair<ulong, ReadOnlyMemory<byte>>> after)
    {
        byte[] lists = [.. SectorList.Write(before), .. SectorList.Write(after)];
        OutputFile.Write("--disk ", Path, [.. Signature, .. SHA256.HashData(lists), .. lists]);
    }

    /// <summary>Takes it away: the disk's file holds what it says.</summary>
    public void Delete() => File.Delete(Path);

    /// <summary>Finds what a process that was killed had still to write.</summary>
    /// <param name="count">How many sectors the disk has.</param>
    /// <param name="read">Reads a sector of the disk's file.</param>
    /// <returns>What the sectors are to hold; empty when there is no journal.</returns>
    /// <exception cref="InputException">The journal is not one of what the file holds.</exception>
    public IReadOnlyDictionary<ulong, ReadOnlyMemory<byte>> Find(ulong count, Func<ulong, byte[]> read)
    {
        if (!File.Exists(Path))
            return new Dictionary<ulong, ReadOnlyMemory<byte>>();
        ReadOnlyMemory<byte> rest = InputFile.Read(Path).Memory;
        ReadOnlyMemory<byte> lists = rest.Length < Signature.Length + SHA256.HashSizeInBytes ? default
            : rest[(Signature.Length + SHA256.HashSizeInBytes)..];
        bool isWhole = !lists.IsEmpty && rest.Span.StartsWith(Signature)
            && SHA256.HashData(lists.Span).AsSpan().SequenceEqual(rest.Span.Slice(Signature.Length, SHA256.HashSizeInBytes));
        SortedDictionary<ulong, ReadOnlyMemory<byte>>? before = isWhole ? SectorList.Read(lists[..(lists.Length / 2)], count) : null;
        SortedDictionary<ulong, ReadOnlyMemory<byte>>? after = isWhole ? SectorList.Read(lists[(lists.Length / 2)..], count) : null;
        if (before is null || after is null || !before.Keys.SequenceEqual(after.Keys))
            throw Foreign();
        foreach ((ulong sector, ReadOnlyMemory<byte> content) in after)
        {
            ReadOnlySpan<byte> present = read(sector);
            if (!present.SequenceEqual(content.Span) && !present.SequenceEqual(before[sector].Span))
                throw Foreign();
        }

        return after;
    }

    private InputException Foreign() => new($"--disk {diskPath}: beside it is {Path}, where a run that was killed kept what it was writing, "
        + "and it is damaged or about another content of the file. Where the file is as it should be, delete the journal.");
}
