using PpcJit.Machine.Boards;
using PpcJit.Machine.Memory;
using static PpcJit.Machine.Tests.Boards.BoardPoker;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>
/// Every device under a guest that writes anything anywhere: nothing breaks, and saved and loaded state is the same
/// state.
/// </summary>
public sealed class BoardStateTests
{
    private const int Rounds = 250;
    private const int PokesPerRound = 60;
    private const int Pokes = 20_000;

    /// <summary>Bytes of each memory that the poked devices use.</summary>
    private const uint PokedMemory = 1 << 20;

    [Test]
    public void A_board_loaded_from_saved_state_goes_on_as_the_original_does(
        [ValueSource(typeof(BoardPoker), nameof(Boards))] string name, [Range(1, 2)] int seed)
    {
        // Many short rounds: each begins in another state, and what a register later reads shows state that was not saved.
        using Board original = Create(name, 64);
        for (int round = 0; round < Rounds; round++)
        {
            using Board copy = Create(name, 64);
            Poke(original, new Random((1000 * seed) + round), PokesPerRound);
            byte[] saved = Save(original);
            Load(copy, saved);
            copy.RestoreDisk(original.Disk?.Content);
            CopyMemories(original, copy, PokedMemory);
            Assert.That(Save(copy).SequenceEqual(saved), $"round {round}, after loading");

            int next = (1000 * (seed + 100)) + round;
            Assert.That(Poke(copy, new Random(next), PokesPerRound),
                Is.EqualTo(Poke(original, new Random(next), PokesPerRound)), $"round {round}");
            Assert.That(Save(copy).SequenceEqual(Save(original)), $"round {round}, after going on");
        }

        using Board last = Create(name, 64);
        Load(last, Save(original));
        last.RestoreDisk(original.Disk?.Content);
        CopyMemories(original, last);
        Assert.That(last.StateHash(), Is.EqualTo(original.StateHash()));
    }

    [Test]
    public void The_state_hash_notices_a_change_in_any_device()
    {
        using Board board = Create();
        HashSet<ulong> hashes = [board.StateHash()];
        (uint Address, uint Value)[] bytes =
        [
            (0xef600307, 1), (0xef600407, 1), (0xef600083, 1), (0xef60050c, 1), (0xef600600, 1), (0xef600700, 1),
                (0xef60081f, 1), (0xef60091f, 1),
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
    public void Loading_reads_exactly_what_saving_wrote_device_by_device([ValueSource(typeof(BoardPoker), nameof(Boards))] string name)
    {
        using Board board = Create(name);
        Poke(board, new Random(5), Pokes);
        foreach ((string part, IStateful device) in board.Devices)
        {
            StateWriter before = new();
            device.Save(before);
            StateReader reader = new(before.Written.ToArray());
            device.Load(reader);
            Assert.That(reader.Remaining, Is.Zero, part);
            StateWriter after = new();
            device.Save(after);
            Assert.That(after.Written.SequenceEqual(before.Written), part);
        }
    }

    [Test]
    public void The_log_stays_bounded_whatever_a_guest_touches([ValueSource(typeof(BoardPoker), nameof(Boards))] string name)
    {
        using Board board = Create(name);
        int reports = 0;
        board.Log.Reported += _ => reports++;
        Random random = new(6);
        for (int n = 0; n < 100_000; n++)
            board.Dcr.Write((uint)random.Next(), (uint)random.Next());
        Assert.That(reports, Is.InRange(1, 1000));
    }
}
