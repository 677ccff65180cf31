using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading.Compression;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Runs;

/// <summary>
/// A machine at a moment, on disk: a run can begin there, on either engine. Unlike a <see cref="RunFile"/> it is read
/// only by the version that wrote it, for the same image and options. <c>docs/run-files.md</c> describes the format.
/// </summary>
public sealed unsafe class StateFile
{
    private const string Signature = "ppcjit-state 1";
    private const string Sum = "sha256 ";
    private const int MaxHeader = 1 << 22;

    /// <summary>Most bytes of a state beside its memories: registers and devices, and text that waits to be typed.</summary>
    private const long MaxRest = 1 << 24;

    /// <summary>Most bytes of written sectors.</summary>
    private const ulong MaxDisk = 1UL << 30;

    private const int PageSize = PhysicalAddressSpace.PageSize;
    private const uint NoPage = uint.MaxValue;

    private readonly ImageBytes _file;
    private readonly Dictionary<string, string> _facts = [];
    private readonly ReadOnlyMemory<byte> _content;

    private StateFile(ImageBytes file)
    {
        _file = file;
        string first = Line(0, out int at);
        if (!first.StartsWith("ppcjit-state ", StringComparison.Ordinal))
            throw file.Bad($"it is no saved state: its first line should be '{Signature}'");
        if (first != Signature)
            throw file.Bad($"it is a saved state of another format than this PpcJit knows ('{Signature}')");
        string sum = Line(at, out at);
        if (sum != Sum + Hash(file.Memory.Span[at..]))
            throw file.Bad("it is damaged or cut off: its checksum is not that of its contents");
        for (string line = Line(at, out at); line.Length > 0; line = Line(at, out at))
        {
            string[] words = line.Split(' ');
            if (words.Length != 2 || !_facts.TryAdd(words[0], words[1]))
                throw file.Bad("its description is not as saved states have it");
        }

        _content = file.Memory[at..];
    }

    /// <summary>Completed instructions.</summary>
    public ulong Count => ulong.TryParse(_facts.GetValueOrDefault("count"), NumberStyles.None,
        CultureInfo.InvariantCulture, out ulong count) ? count : 0;

    /// <summary>Reads a saved state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="board">The machine that it is for: no state has more than its memories, and some for the rest.</param>
    /// <exception cref="InputException">It is not one, or damaged.</exception>
    public static StateFile Read(string path, Board board) =>
        new(InputFile.Read(path, new InputLimit(MaxContent(board), "which is the most that a state of this board has")));

    /// <summary>Writes a machine that stands where a run first comes to its count. The file is the caller's to commit.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Write(GuestMachine machine, RunStart start, OutputFile file)
    {
        StringBuilder header = new();
        foreach ((string name, string value) in Description(start))
            header.Append(name).Append(' ').Append(value).Append('\n');
        header.Append(CultureInfo.InvariantCulture, $"count {machine.Count}\nstate-hash {machine.Board.StateHash():x16}\n\n");
        using MemoryStream rest = new();
        rest.Write(Encoding.ASCII.GetBytes(header.ToString()));
        using (GZipStream packed = new(rest, CompressionLevel.Fastest, leaveOpen: true))
            WriteContent(machine, packed);
        ReadOnlySpan<byte> bytes = rest.GetBuffer().AsSpan(0, (int)rest.Length);
        file.Write(Encoding.ASCII.GetBytes($"{Signature}\n{Sum}{Hash(bytes)}\n"));
        file.Write(bytes);
    }

    /// <summary>Puts a machine, in which the same guest was loaded, into the state.</summary>
    /// <param name="machine">The machine; it has not run.</param>
    /// <param name="start">What was loaded.</param>
    /// <exception cref="InputException">The state is of another version, board, image or option, or damaged.</exception>
    public void Load(GuestMachine machine, RunStart start)
    {
        foreach ((string name, string value) in Description(start))
        {
            string saved = _facts.GetValueOrDefault(name, "nothing");
            if (saved != value)
                throw _file.Bad($"it was saved with {name} {Shorten(saved)}, and this run has {Shorten(value)}");
        }

        ImageBytes packed = new(_file.Name, _content);
        try
        {
            ReadContent(machine, new StateReader(Gzip.Decompress(packed, (uint)Math.Min(uint.MaxValue, MaxContent(machine.Board))).Memory));
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or IndexOutOfRangeException or InvalidOperationException)
        {
            throw _file.Bad($"it is damaged: {error.Message.TrimEnd('.')}");
        }

        if (machine.Count != Count || _facts.GetValueOrDefault("state-hash") != $"{machine.Board.StateHash():x16}")
            throw _file.Bad("it is damaged: its state hash is not that of its contents");
    }

    private static long MaxContent(Board board) =>
        board.Memory.Windows.Sum(window => window.Host == null ? 0L : window.Size + (window.Size / PageSize * 4L) + 8) + MaxRest
            + (long)Math.Min(MaxDisk, (board.Disk?.Source.Sectors ?? 0) * (sizeof(ulong) + DiskContent.SectorSize));

    private static IEnumerable<KeyValuePair<string, string>> Description(RunStart start) =>
        start.Facts.Where(fact => fact.Key is not ("input" or "symbols"))
            .Prepend(KeyValuePair.Create("board", start.BoardName)).Prepend(KeyValuePair.Create("version", RunStart.Version));

    private static void WriteContent(GuestMachine machine, Stream packed)
    {
        StateWriter writer = new();
        machine.Keep().Save(writer);
        foreach (PhysicalWindow window in machine.Board.Memory.Windows)
        {
            if (window.Host == null)
                continue;
            writer.Write(window.Start);
            writer.Write(window.Size);
            for (uint page = 0; page < window.Size; page += PageSize)
            {
                ReadOnlySpan<byte> content = new(window.Host + page, (int)Math.Min(PageSize, window.Size - page));
                if (!content.ContainsAnyExcept((byte)0))
                    continue;
                writer.Write(page);
                writer.Write(content);
                packed.Write(writer.Written);
                writer.Clear();
            }

            writer.Write(NoPage);
        }

        WriteDisk(machine.Board, writer);
        packed.Write(writer.Written);
    }

    private static void WriteDisk(Board board, StateWriter writer)
    {
        if (board.Disk?.Content is not { } content)
            return;
        writer.Write((ulong)content.Written.Count);
        foreach ((ulong sector, ReadOnlyMemory<byte> bytes) in content.Written)
        {
            writer.Write(sector);
            writer.Write(bytes.Span);
        }
    }

    private static DiskContent? ReadDisk(Board board, StateReader reader)
    {
        if (board.Disk is not { } disk)
            return null;
        DiskContent content = DiskContent.Unwritten;
        Span<byte> bytes = new byte[DiskContent.SectorSize];
        for (ulong left = reader.ReadUInt64(); left > 0; left--)
        {
            ulong sector = reader.ReadUInt64();
            if (sector >= disk.Source.Sectors)
                throw new InvalidDataException($"The disk has no sector {sector}.");
            reader.ReadBytes(bytes);
            content = content.With(sector, bytes);
        }

        return content;
    }

    private static void ReadContent(GuestMachine machine, StateReader reader)
    {
        MachineCheckpoint checkpoint = MachineCheckpoint.Load(reader, machine.Keep(), machine.Board.Processor.DataCache.MaxSaved);
        byte[] content = new byte[PageSize];
        foreach (PhysicalWindow window in machine.Board.Memory.Windows)
        {
            if (window.Host == null)
                continue;
            if (reader.ReadUInt32() != window.Start || reader.ReadUInt32() != window.Size)
                throw new InvalidDataException("The board has other memories.");
            uint next = reader.ReadUInt32();
            for (uint page = 0; page < window.Size; page += PageSize)
            {
                Span<byte> bytes = content.AsSpan(0, (int)Math.Min(PageSize, window.Size - page));
                bytes.Clear();
                if (page == next)
                {
                    reader.ReadBytes(bytes);
                    next = reader.ReadUInt32();
                }

                if (!new ReadOnlySpan<byte>(window.Host + page, bytes.Length).SequenceEqual(bytes))
                    machine.Board.Memory.TryCopyIn(window.Start + page, bytes);
            }

            if (next != NoPage)
                throw new InvalidDataException($"A page at 0x{next:x8} lies in no memory.");
        }

        DiskContent? disk = ReadDisk(machine.Board, reader);
        if (reader.Remaining != 0)
            throw new InvalidDataException($"{reader.Remaining} bytes are left.");
        machine.Begin(checkpoint);
        machine.Board.RestoreDisk(disk);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Shorten(string value) => value.Length > 64 ? value[..64] + "..." : value;

    private string Line(int at, out int next)
    {
        ReadOnlySpan<byte> rest = _file.Memory.Span[at..];
        int length = rest[..Math.Min(rest.Length, MaxHeader)].IndexOf((byte)'\n');
        if (length < 0 || rest[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            throw _file.Bad($"it is no saved state, or cut off: its first line should be '{Signature}'");
        next = at + length + 1;
        return Encoding.ASCII.GetString(rest[..length]);
    }
}
