using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// The file behind a board's disk: its sectors, one after the other. Only what the guest reads is read; what it writes is kept beside the file, and
/// goes into it sector by sector when it is written back. What those sectors held before is kept then, so that the disk of a run's beginning can be
/// had at any time.
/// </summary>
public sealed class DiskFile : ISectorSource, IDisposable
{
    /// <summary>Pieces of the file that count for its hash unless they are all zero.</summary>
    private const int PieceSize = 64 << 10;

    private readonly SafeFileHandle _handle;
    private readonly FileKeeping _keeping;
    private readonly string _path;
    private readonly HostPath _place;
    private readonly DiskJournal _journal;

    /// <summary>What sectors of the file held at first that hold something else now.</summary>
    private readonly SortedDictionary<ulong, ReadOnlyMemory<byte>> _before = [];

    private readonly Lazy<string> _hash;
    private DiskContent _onDisk = DiskContent.Unwritten;
    private (long Length, DateTime Written) _stamp;

    private DiskFile(DiskOptions options, HostPath place, SafeFileHandle handle)
    {
        (_path, _keeping, _place, _handle) = (options.Path, options.Keeping, place, handle);
        _journal = new DiskJournal(place.Path);
        _hash = new Lazy<string>(ComputeHash);
        _stamp = Stamp();
        Sectors = (ulong)_stamp.Length / DiskContent.SectorSize;
    }

    /// <inheritdoc/>
    public ulong Sectors { get; }

    /// <summary>Whether what the guest writes is written into the file.</summary>
    public bool IsWrittenBack => _keeping == FileKeeping.WriteBack;

    /// <summary>
    /// What tells the disk of the run's beginning from others: the SHA-256 of the file's length in eight big-endian bytes and of each piece of 64 KB
    /// that is not all zero, after where it begins, likewise. It is computed when it is asked for first.
    /// </summary>
    public string Hash => _hash.Value;

    /// <summary>What sectors of the file held at first that hold something else now, as a <see cref="DiskOptions"/> takes it.</summary>
    public ReadOnlyMemory<byte> Before => SectorList.Write(_before);

    /// <summary>Opens the file.</summary>
    /// <param name="options">The file, and what becomes of it.</param>
    /// <exception cref="InputException">
    /// It is no file of whole sectors, or a process that was killed has left it in a state that nobody knows.
    /// </exception>
    /// <exception cref="OutputException">It could not be written back.</exception>
    public static DiskFile Open(DiskOptions options)
    {
        string path = options.Path;
        HostPath? place = path == HostPath.Standard || path.Contains('\0') ? null : HostPath.Follow(path, standard: 0);
        if (place is null or { Kind: FileKind.Missing })
            throw new InputException($"--disk {path}: there is no such file; 'truncate -s 64M {path}' makes an empty disk.");
        if (place is not { Kind: FileKind.Regular, Descriptor: null })
            throw new InputException($"--disk {path}: a disk is a regular file, not {(place.Kind == FileKind.Directory ? "a directory" : "this")}.");
        SafeFileHandle handle = OpenHandle(options, place);
        try
        {
            DiskFile file = new(options, place, handle);
            file.Begin(options);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Puts the disk into a board's drive.</summary>
    /// <exception cref="InvalidOperationException">The board has no drive.</exception>
    public void Load(Board board) =>
        (board.Disk ?? throw new InvalidOperationException("The board has no disk.")).Insert(this, _keeping == FileKeeping.ReadOnly);

    /// <inheritdoc/>
    /// <exception cref="InputException">It cannot be read, or another program has changed the file.</exception>
    public void Read(ulong sector, Span<byte> bytes)
    {
        if (_before.TryGetValue(sector, out ReadOnlyMemory<byte> before))
        {
            before.Span.CopyTo(bytes);
            return;
        }

        if (Stamp() != _stamp)
            throw new InputException($"--disk {_path}: another program has changed the file while the guest uses it.");
        ReadFile((long)sector * DiskContent.SectorSize, bytes);
    }

    /// <summary>Writes what a disk holds, where the file holds something else.</summary>
    /// <param name="content">What the guest has made of the disk.</param>
    /// <param name="isLast">
    /// Whether the run has ended: where another program has changed the file, the whole disk goes into a file beside it then.
    /// </param>
    /// <returns>Whether something was written.</returns>
    /// <exception cref="OutputException">It cannot be written; the message names the file in which what the disk holds is.</exception>
    public bool Save(DiskContent content, bool isLast = true)
    {
        if (!IsWrittenBack || ReferenceEquals(content, _onDisk))
            return false;
        SortedDictionary<ulong, ReadOnlyMemory<byte>> changes = Differences(content);
        if (changes.Count == 0)
            return false;
        if (IsChanged())
        {
            throw new OutputException(!isLast
                ? "Another program has changed the file of the disk since it was read; it is not written any more."
                : $"--disk {_path}: another program has changed the file since it was read, and it stays "
                    + $"as it is. What the guest's disk holds is in {SaveAside(content)}.");
        }

        SortedDictionary<ulong, ReadOnlyMemory<byte>> present = [];
        foreach (ulong sector in changes.Keys)
            present.Add(sector, Present(sector));
        foreach ((ulong sector, ReadOnlyMemory<byte> held) in present)
            _before.TryAdd(sector, held);
        _journal.Write(present, changes);
        Write(changes);
        _onDisk = content;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle OpenHandle(DiskOptions options, HostPath place)
    {
        bool writes = options.Keeping == FileKeeping.WriteBack;
        try
        {
            return File.OpenHandle(place.Path, FileMode.Open, writes ? FileAccess.ReadWrite : FileAccess.Read,
                writes ? FileShare.None : FileShare.Read, FileOptions.RandomAccess);
        }
        catch (UnauthorizedAccessException error)
        {
            throw writes
                ? new OutputException($"--disk {options.Path}: the file cannot be written: permission denied; {options.Path},snapshot or "
                    + $"{options.Path},read-only leave it as it is.", error)
                : new InputException($"--disk {options.Path} cannot be read: permission denied.", error);
        }
        catch (IOException error) when (error.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            throw new InputException($"--disk {options.Path}: another run has the disk, and one of the two would write to it.", error);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"--disk {options.Path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Checks the file, brings it to the state that a killed process was about to write, and goes back to a run's beginning.</summary>
    private void Begin(DiskOptions options)
    {
        if (_stamp.Length == 0 || _stamp.Length % DiskContent.SectorSize != 0)
            throw new InputException($"--disk {_path}: the file has {_stamp.Length} bytes; a disk has whole sectors of "
                + $"{DiskContent.SectorSize} bytes, at least one.");
        IReadOnlyDictionary<ulong, ReadOnlyMemory<byte>> left = _journal.Find(Sectors, sector => Present(sector).ToArray());
        if (IsWrittenBack && left.Count > 0)
            Write(left);
        else
            KeepBefore(left);
        SortedDictionary<ulong, ReadOnlyMemory<byte>> before = SectorList.Read(options.Before, Sectors)
            ?? throw new InputException($"--disk {_path}: what it held before the run is not of a disk of this size.");
        KeepBefore(before);
    }

    private void KeepBefore(IReadOnlyDictionary<ulong, ReadOnlyMemory<byte>> sectors)
    {
        foreach ((ulong sector, ReadOnlyMemory<byte> content) in sectors)
            _before[sector] = content;
    }

    /// <summary>Writes sectors into the file; the journal has them, and goes when all is done.</summary>
    private void Write(IReadOnlyDictionary<ulong, ReadOnlyMemory<byte>> sectors)
    {
        try
        {
            foreach ((ulong sector, ReadOnlyMemory<byte> content) in sectors)
                RandomAccess.Write(_handle, content.Span, (long)sector * DiskContent.SectorSize);
            RandomAccess.FlushToDisk(_handle);
            _journal.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"--disk {_path}: the file cannot be written: {error.Message.TrimEnd('.')}. "
                + $"What is missing is in {_journal.Path}, and is written when the disk is used again.", error);
        }
        finally
        {
            _stamp = Stamp();
        }
    }

    /// <summary>Finds the sectors in which a content and the file differ, with what they are to hold.</summary>
    private SortedDictionary<ulong, ReadOnlyMemory<byte>> Differences(DiskContent content)
    {
        SortedDictionary<ulong, ReadOnlyMemory<byte>> changes = [];
        foreach ((ulong sector, ReadOnlyMemory<byte> wanted) in content.Written)
        {
            bool isWritten = _onDisk.Written.TryGetValue(sector, out ReadOnlyMemory<byte> written);
            if (isWritten && written.Equals(wanted))
                continue;
            if (!(isWritten ? written.Span : Present(sector).Span).SequenceEqual(wanted.Span))
                changes.Add(sector, wanted);
        }

        // The run went back and another way: what is no longer written holds what it held
        foreach (ulong sector in _onDisk.Written.Keys.Where(sector => !content.Written.ContainsKey(sector)))
        {
            if (_before.TryGetValue(sector, out ReadOnlyMemory<byte> first) && !Present(sector).Span.SequenceEqual(first.Span))
                changes.Add(sector, first);
        }

        return changes;
    }

    /// <summary>Reads a sector of the file as it is now.</summary>
    private ReadOnlyMemory<byte> Present(ulong sector)
    {
        byte[] bytes = new byte[DiskContent.SectorSize];
        ReadFile((long)sector * DiskContent.SectorSize, bytes);
        return bytes;
    }

    private void ReadFile(long offset, Span<byte> bytes)
    {
        try
        {
            for (int read = 0; read < bytes.Length;)
            {
                int more = RandomAccess.Read(_handle, bytes[read..], offset + read);
                if (more == 0)
                    throw new InputException($"--disk {_path}: another program has cut the file off.");
                read += more;
            }
        }
        catch (IOException error)
        {
            throw new InputException($"--disk {_path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private (long Length, DateTime Written) Stamp() => (RandomAccess.GetLength(_handle), File.GetLastWriteTimeUtc(_handle));

    /// <summary>Whether the file is no longer what was read or written last, or another one has its name.</summary>
    private bool IsChanged() => Stamp() != _stamp || HostPath.Follow(_place.Path, standard: 0)?.Identity != _place.Identity;

    private string SaveAside(DiskContent content)
    {
        string aside = AsideFile.Choose("--disk ", _path);
        using OutputFile file = OutputFile.Open("--disk ", aside);
        file.Write(stream =>
        {
            byte[] bytes = new byte[DiskContent.SectorSize];
            for (ulong sector = 0; sector < Sectors; sector++)
            {
                if (!content.TryRead(sector, bytes) && !TryCopy(_before, sector, bytes))
                    _ = RandomAccess.Read(_handle, bytes, (long)sector * DiskContent.SectorSize);
                stream.Write(bytes);
            }
        });
        file.Commit();
        return aside;
    }

    private static bool TryCopy(SortedDictionary<ulong, ReadOnlyMemory<byte>> sectors, ulong sector, Span<byte> bytes)
    {
        if (!sectors.TryGetValue(sector, out ReadOnlyMemory<byte> content))
            return false;
        content.Span.CopyTo(bytes);
        return true;
    }

    private string ComputeHash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] number = new byte[sizeof(ulong)];
        byte[] piece = new byte[PieceSize];
        Add((ulong)_stamp.Length);
        for (long start = 0; start < _stamp.Length; start += PieceSize)
        {
            Span<byte> bytes = piece.AsSpan(0, (int)Math.Min(PieceSize, _stamp.Length - start));
            ReadFile(start, bytes);
            for (int at = 0; _before.Count > 0 && at < bytes.Length; at += DiskContent.SectorSize)
                _ = TryCopy(_before, (ulong)(start + at) / DiskContent.SectorSize, bytes[at..]);
            if (!bytes.ContainsAnyExcept((byte)0))
                continue;
            Add((ulong)start);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(ulong value)
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            hash.AppendData(number);
        }
    }
}
