using System.Runtime.InteropServices;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>Every device under a guest that writes anything anywhere: nothing breaks, and saved and loaded state is the same state.</summary>
public sealed class BoardStateTests
{
    private const int Pokes = 20_000;

    [Test]
    public void A_board_loaded_from_saved_state_has_the_same_state_and_goes_on_alike([Range(1, 4)] int seed)
    {
        using Board original = Create();
        using Board copy = Create();
        Poke(original, new Random(seed), Pokes);
        byte[] saved = Save(original);
        Load(copy, saved);
        Assert.That(Save(copy), Is.EqualTo(saved));

        CopyRam(original, copy);
        Assert.That(copy.StateHash(), Is.EqualTo(original.StateHash()));
        Poke(original, new Random(seed + 100), Pokes);
        Poke(copy, new Random(seed + 100), Pokes);
        Assert.That(Save(copy), Is.EqualTo(Save(original)));
        Assert.That(copy.StateHash(), Is.EqualTo(original.StateHash()));
    }

    [Test]
    public void The_state_hash_notices_a_change_in_any_device()
    {
        using Board board = Create();
        HashSet<ulong> hashes = [board.StateHash()];
        (uint Address, uint Value)[] bytes =
        [
            (0xef600307, 1), (0xef600407, 1), (0xef600083, 1), (0xef60050c, 1), (0xef600600, 1), (0xef600700, 1), (0xef60081f, 1), (0xef60091f, 1),
            (0xf0000000, 1), (0xf0300000, 1), (0xfff00000, 1), (0x1000, 1),
        ];
        foreach ((uint address, uint value) in bytes)
        {
            Assert.That(board.Memory.TryWrite(address, 1, value), Is.True);
            Assert.That(hashes.Add(board.StateHash()), Is.True, $"{address:x8}");
        }

        foreach (uint number in new uint[] { 0xc2, 0xf3, 0x10, 0x12, 0x1a, 0x87, 0x101, 0x1a0 })
        {
            board.Dcr.Write(number, 0xf8000001);
            Assert.That(hashes.Add(board.StateHash()), Is.True, $"DCR {number:x}");
        }
    }

    [Test]
    public void Loading_reads_exactly_what_saving_wrote_device_by_device()
    {
        using Board board = Create();
        Poke(board, new Random(5), Pokes);
        foreach ((string name, IStateful device) in board.Devices)
        {
            StateWriter before = new();
            device.Save(before);
            StateReader reader = new(before.Written.ToArray());
            device.Load(reader);
            Assert.That(reader.Remaining, Is.Zero, name);
            StateWriter after = new();
            device.Save(after);
            Assert.That(after.Written.ToArray(), Is.EqualTo(before.Written.ToArray()), name);
        }
    }

    [Test]
    public void The_log_stays_bounded_whatever_a_guest_touches()
    {
        using Board board = Create();
        int reports = 0;
        board.Log.Reported += _ => reports++;
        Random random = new(6);
        for (int n = 0; n < 100_000; n++)
            board.Dcr.Write((uint)random.Next(), (uint)random.Next());
        Assert.That(reports, Is.InRange(1, 1000));
    }

    private static Board Create() => BoardCatalog.Find("ref405ep")!.Create(new BoardOptions { MemoryBytes = 16 << 20 });

    /// <summary>Reads and writes every kind of register at every width and alignment, takes input, and lets time pass.</summary>
    private static unsafe void Poke(Board board, Random random, int count)
    {
        PhysicalWindow[] devices = [.. board.Memory.Windows.Where(window => window.Device is not null)];
        for (int n = 0; n < count; n++)
        {
            PhysicalWindow window = devices[random.Next(devices.Length)];
            uint address = window.Start + (uint)random.NextInt64(window.Size);
            int size = 1 << random.Next(3);
            uint value = random.Next(3) == 0 ? 1u << random.Next(32) : (uint)random.NextInt64(1L << 32);
            DcrRange range = board.Dcr.Ranges[random.Next(board.Dcr.Ranges.Count)];
            uint dcr = range.First + (uint)random.NextInt64(range.Last - range.First + 1);
            switch (random.Next(8))
            {
                case 0 or 1: board.Memory.TryWrite(address, size, value); break;
                case 2: board.Memory.TryRead(address, size, out _); break;
                case 3: board.Dcr.Write(dcr, value); break;
                case 4: board.Dcr.Write(dcr, value & 0xff); break;
                case 5: board.Dcr.Read(dcr); break;
                case 6: board.Console!.Receive((byte)value); break;
                default: Advance(board, value & 0xffff); break;
            }
        }
    }

    private static unsafe void Advance(Board board, ulong instructions)
    {
        ulong end = board.Processor.State->InstructionCount + instructions;
        while (board.Events.NextDue <= end)
        {
            board.Processor.State->InstructionCount = Math.Max(board.Processor.State->InstructionCount, board.Events.NextDue);
            board.Events.RunDue();
        }

        board.Processor.State->InstructionCount = end;
    }

    private static byte[] Save(Board board)
    {
        StateWriter writer = new();
        board.Save(writer);
        return writer.Written.ToArray();
    }

    private static void Load(Board board, byte[] saved)
    {
        StateReader reader = new(saved);
        board.Load(reader);
        Assert.That(reader.Remaining, Is.Zero);
    }

    private static unsafe void CopyRam(Board from, Board to) => NativeMemory.Copy(from.Memory.Ram, to.Memory.Ram, from.Memory.RamSize);
}
