using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>The file behind a disk: what is read, when it is written, and what is left where it could not be.</summary>
internal sealed class DiskFileTests
{
    private const int SectorSize = DiskContent.SectorSize;
    private const int Sectors = 1000;

    private readonly List<string> _notices = [];
    private TemporaryFile _file = null!;
    private byte[] _first = null!;

    private string Journal => _file.Path + ".journal";

    [SetUp]
    public void Create()
    {
        _first = new byte[Sectors * SectorSize];
        new Random(1).NextBytes(_first.AsSpan(0, 200 * SectorSize));
        _file = new TemporaryFile(_first);
        _notices.Clear();
    }

    [TearDown]
    public void Delete()
    {
        File.Delete(Journal);
        _file.Dispose();
    }

    [Test]
    public void Sectors_that_changed_are_written_and_the_beginning_can_still_be_read()
    {
        using (DiskFile disk = Open())
        {
            string hash = disk.Hash;
            DiskContent content = DiskContent.Unwritten.With(5, Pattern(5)).With(900, Pattern(9)).With(6, Sector(_first, 6));
            Assert.That(disk.Save(content), Is.True);
            Assert.That(disk.Save(content), Is.False, "nothing is left to write");
            Assert.That(SectorList.Read(disk.Before, Sectors)!.Keys, Is.EqualTo(new ulong[] { 5, 900 }), "what was written as it was is left alone");
            Assert.That(Read(disk, 5), Is.EqualTo(Sector(_first, 5)), "the source is the disk of the run's beginning");
            Assert.That(disk.Hash, Is.EqualTo(hash));
        }

        byte[] wanted = [.. _first];
        Pattern(5).CopyTo(wanted, 5 * SectorSize);
        Pattern(9).CopyTo(wanted, 900 * SectorSize);
        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(wanted));
        Assert.That(File.Exists(Journal), Is.False);
    }

    [Test]
    public void A_run_that_went_another_way_puts_back_what_it_did_not_write_after_all()
    {
        using (DiskFile disk = Open())
        {
            disk.Save(DiskContent.Unwritten.With(5, Pattern(5)).With(7, Pattern(7)));
            disk.Save(DiskContent.Unwritten.With(7, Pattern(8)));
        }

        byte[] wanted = [.. _first];
        Pattern(8).CopyTo(wanted, 7 * SectorSize);
        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(wanted));
    }

    [Test]
    public void A_file_with_what_it_held_before_is_the_disk_of_the_beginning()
    {
        string hash;
        ReadOnlyMemory<byte> before;
        using (DiskFile disk = Open())
        {
            disk.Save(DiskContent.Unwritten.With(5, Pattern(5)).With(999, Pattern(9)));
            (hash, before) = (disk.Hash, disk.Before);
        }

        using DiskFile other = Open(FileKeeping.Snapshot);
        Assert.That(other.Hash, Is.Not.EqualTo(hash));
        using DiskFile same = DiskFile.Open(new DiskOptions(_file.Path) { Keeping = FileKeeping.Snapshot, Before = before });
        Assert.That((same.Hash, Read(same, 5), Read(same, 999)), Is.EqualTo((hash, Sector(_first, 5), Sector(_first, 999))));
    }

    [Test]
    public void Neither_a_snapshot_nor_a_protected_disk_is_written([Values(FileKeeping.Snapshot, FileKeeping.ReadOnly)] FileKeeping keeping)
    {
        DateTime written = File.GetLastWriteTimeUtc(_file.Path);
        using DiskFile disk = Open(keeping);
        using Board board = CreateBoard(disk);
        Assert.That(board.Disk!.IsWriteProtected, Is.EqualTo(keeping == FileKeeping.ReadOnly));
        Assert.That(disk.Save(DiskContent.Unwritten.With(5, Pattern(5))), Is.False);
        Assert.That(File.GetLastWriteTimeUtc(_file.Path), Is.EqualTo(written));
    }

    [Test]
    public void The_hash_is_of_the_length_and_of_what_is_not_zero()
    {
        using DiskFile disk = Open(FileKeeping.Snapshot);
        using TemporaryFile longer = new([.. _first, .. new byte[SectorSize]]);
        using DiskFile other = DiskFile.Open(new DiskOptions(longer.Path) { Keeping = FileKeeping.Snapshot });
        _first[^1] = 1;
        using TemporaryFile changed = new(_first);
        using DiskFile third = DiskFile.Open(new DiskOptions(changed.Path) { Keeping = FileKeeping.Snapshot });
        Assert.That(new HashSet<string> { disk.Hash, other.Hash, third.Hash }, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_large_disk_of_holes_is_not_read_into_memory()
    {
        using (FileStream stream = File.OpenWrite(_file.Path))
            stream.SetLength(64L << 30);
        long before = GC.GetTotalAllocatedBytes();
        using DiskFile disk = Open();
        Assert.That(disk.Sectors, Is.EqualTo(128UL << 20));
        Assert.That(Read(disk, (128UL << 20) - 1), Is.EqualTo(new byte[SectorSize]));
        disk.Save(DiskContent.Unwritten.With(100_000_000, Pattern(1)));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void A_process_that_was_killed_while_it_wrote_leaves_a_disk_that_comes_to_its_next_state(
        [Values] bool isFirstWritten, [Values] bool isLastWritten, [Values] FileKeeping keeping)
    {
        Dictionary<ulong, ReadOnlyMemory<byte>> before = new() { [5] = Sector(_first, 5), [700] = Sector(_first, 700) };
        Dictionary<ulong, ReadOnlyMemory<byte>> after = new() { [5] = Pattern(5), [700] = Pattern(7) };
        new DiskJournal(_file.Path).Write(before, after);
        byte[] half = [.. _first];
        if (isFirstWritten)
            Pattern(5).CopyTo(half, 5 * SectorSize);
        if (isLastWritten)
            Pattern(7).CopyTo(half, 700 * SectorSize);
        File.WriteAllBytes(_file.Path, half);
        using (DiskFile disk = Open(keeping))
            Assert.That((Read(disk, 5), Read(disk, 700), Read(disk, 6)), Is.EqualTo((Pattern(5), Pattern(7), Sector(_first, 6))));
        bool isKept = keeping == FileKeeping.WriteBack;
        Assert.That(File.Exists(Journal), Is.EqualTo(!isKept));
        Assert.That(Sector(File.ReadAllBytes(_file.Path), 700), Is.EqualTo(isKept || isLastWritten ? Pattern(7) : Sector(_first, 700)));
    }

    [Test]
    public void A_journal_that_is_damaged_or_of_another_disk_is_refused_and_nothing_is_written()
    {
        new DiskJournal(_file.Path).Write(
            new Dictionary<ulong, ReadOnlyMemory<byte>> { [5] = Pattern(1) }, new Dictionary<ulong, ReadOnlyMemory<byte>> { [5] = Pattern(2) });
        byte[] journal = File.ReadAllBytes(Journal);
        Assert.That(Refusal(), Does.Contain(Journal).And.Contain("another content"));
        new DiskJournal(_file.Path).Write(
            new Dictionary<ulong, ReadOnlyMemory<byte>> { [Sectors] = Pattern(1) },
            new Dictionary<ulong, ReadOnlyMemory<byte>> { [Sectors] = Pattern(2) });
        Assert.That(Refusal(), Does.Contain("damaged"));
        foreach (int length in new[] { 1, 30, journal.Length - 1 })
        {
            File.WriteAllBytes(Journal, journal[..length]);
            Assert.That(Refusal(), Does.Contain("damaged"));
        }

        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(_first));
    }

    [Test]
    public void A_file_that_another_program_changed_stays_and_the_disk_goes_beside_it()
    {
        byte[] other = [.. _first];
        other[^1] ^= 1;
        string aside = _file.Path + ".guest-1";
        using (DiskFile disk = Open())
        {
            Change(other);
            DiskContent content = DiskContent.Unwritten.With(5, Pattern(5));
            Assert.That(() => disk.Save(content, isLast: false), Throws.TypeOf<OutputException>().With.Message.Contains("not written any more"));
            OutputException error = Assert.Throws<OutputException>(() => disk.Save(content))!;
            Assert.That(error.Message, Does.Contain("another program has changed the file").And.Contain(aside));
            Assert.That(() => Read(disk, 1), Throws.TypeOf<InputException>().With.Message.Contains("while the guest uses it"));
        }

        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(other));
        Assert.That(Sector(File.ReadAllBytes(aside), 5), Is.EqualTo(Pattern(5)));
        File.Delete(aside);
    }

    [Test]
    public void Two_runs_never_have_a_disk_that_one_of_them_writes()
    {
        using (Open(FileKeeping.Snapshot))
        using (Open(FileKeeping.Snapshot))
            Assert.That(Refusal, Does.Contain("another run has the disk"));
        using (Open())
            Assert.That(() => Open(FileKeeping.Snapshot), Throws.TypeOf<InputException>().With.Message.Contains("another run has the disk"));
    }

    [Test]
    public void What_is_no_disk_is_refused()
    {
        File.WriteAllBytes(_file.Path, new byte[1000]);
        Assert.That(Refusal(), Does.Contain("has 1000 bytes; a disk has whole sectors of 512 bytes"));
        File.WriteAllBytes(_file.Path, []);
        Assert.That(Refusal(), Does.Contain("has 0 bytes"));
        Assert.That(Refusal("/no/such"), Does.Contain("there is no such file"));
        Assert.That(Refusal("/"), Does.Contain("not a directory"));
        Assert.That(Refusal("-"), Does.Contain("there is no such file"));
    }

    [Test]
    public void The_file_is_written_after_a_second_without_a_write_and_at_the_end_and_never_from_the_past()
    {
        using (DiskFile disk = Open())
        using (Board board = CreateBoard(disk))
        using (InterpreterEngine engine = new(board.Processor))
        {
            board.Memory.TryWrite(0x1000, 4, 0x48000000); // b .
            unsafe
            {
                board.Processor.State->Pc = 0x1000;
                board.Processor.State->InstructionCount = board.Events.InstructionsPerSecond * 10;
            }

            GuestMachine machine = new(board, engine, new SilentConsole());
            DiskKeeper keeper = new(machine, disk, _notices.Add);
            MachineCheckpoint start = machine.Keep();
            WriteSector(board, 5, Pattern(5));
            machine.Run(machine.Count + 1_000_000);
            Assert.That(disk.Before.Length, Is.Zero, "less than a second has gone by");
            unsafe
            {
                board.Processor.State->InstructionCount += board.Events.InstructionsPerSecond;
            }

            machine.Run(machine.Count + 1000);
            Assert.That(disk.Before.Length, Is.GreaterThan(0));
            WriteSector(board, 6, Pattern(6));
            MachineCheckpoint end = machine.Keep();
            Assert.That(end.Bytes - start.Bytes, Is.GreaterThan(SectorSize), "a checkpoint costs what was written since the last");
            machine.Restore(start);
            Assert.That(board.Disk!.Content.Written, Is.Empty);
            keeper.Complete();
            machine.Restore(end);
            Assert.That(board.Disk.Content.Written.Keys, Is.EqualTo(new ulong[] { 5, 6 }));
        }

        byte[] contents = File.ReadAllBytes(_file.Path);
        Assert.That((Sector(contents, 5), Sector(contents, 6)), Is.EqualTo((Pattern(5), Pattern(6))));
        Assert.That(_notices, Is.Empty);
    }

    private DiskFile Open(FileKeeping keeping = FileKeeping.WriteBack) => DiskFile.Open(new DiskOptions(_file.Path) { Keeping = keeping });

    private string Refusal() => Refusal(_file.Path);

    private static string Refusal(string path) =>
        Assert.Throws<InputException>(() => DiskFile.Open(new DiskOptions(path)))!.Message;

    /// <summary>Changes the file as a program does that knows of no locks.</summary>
    private void Change(byte[] contents)
    {
        using TemporaryFile other = new(contents);
        HostTool.Run("cp", "coreutils", other.Path, _file.Path);
        File.SetLastWriteTimeUtc(_file.Path, DateTime.UtcNow.AddSeconds(1));
    }

    private static Board CreateBoard(DiskFile disk)
    {
        Board board = BoardCatalog.Find("hotfoot")!.Create(new BoardOptions { MemoryBytes = 16 << 20, HasDisk = true });
        disk.Load(board);
        return board;
    }

    private static void WriteSector(Board board, byte sector, byte[] contents)
    {
        const uint Registers = 0xe8001000;
        foreach ((uint register, byte value) in (ReadOnlySpan<(uint, byte)>)[(2, 1), (3, sector), (4, 0), (5, 0), (6, 0x40), (7, 0x30)])
            board.Memory.TryWrite(Registers + register, 1, value);
        for (int n = 0; n < contents.Length; n += 2)
            board.Memory.TryWrite(Registers, 2, (uint)((contents[n] << 8) | contents[n + 1]));
        unsafe
        {
            board.Processor.State->InstructionCount += 1_000_000;
        }

        board.Events.RunDue();
    }

    private static byte[] Read(DiskFile disk, ulong sector)
    {
        byte[] bytes = new byte[SectorSize];
        disk.Read(sector, bytes);
        return bytes;
    }

    private static byte[] Sector(byte[] contents, int sector) => contents[(sector * SectorSize)..((sector + 1) * SectorSize)];

    private static byte[] Pattern(int seed)
    {
        byte[] bytes = new byte[SectorSize];
        new Random(seed + 100).NextBytes(bytes);
        return bytes;
    }
}
