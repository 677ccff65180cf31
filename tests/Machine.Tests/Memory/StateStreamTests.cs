using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Memory;

/// <summary>The byte stream of saved state, and the hash.</summary>
internal sealed class StateStreamTests
{
    [Test]
    public void What_was_written_is_read_back_in_the_same_order()
    {
        StateWriter writer = new();
        writer.Write((byte)0x12);
        writer.Write(true);
        writer.Write(0x1234_5678u);
        writer.Write(-2);
        writer.Write(0x1122_3344_5566_7788ul);
        writer.Write([9, 8, 7]);
        StateReader reader = new(writer.Written.ToArray());
        Assert.That((reader.ReadByte(), reader.ReadBoolean(), reader.ReadUInt32(), reader.ReadInt32(), reader.ReadUInt64()),
            Is.EqualTo(((byte)0x12, true, 0x1234_5678u, -2, 0x1122_3344_5566_7788ul)));
        byte[] bytes = new byte[3];
        reader.ReadBytes(bytes);
        Assert.That(bytes, Is.EqualTo(new byte[] { 9, 8, 7 }));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void Numbers_are_written_big_endian()
    {
        StateWriter writer = new();
        writer.Write(0x0102_0304u);
        Assert.That(writer.Written.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        writer.Clear();
        Assert.That(writer.Written.Length, Is.Zero);
    }

    [Test]
    public void A_stream_that_ends_early_says_so()
    {
        StateReader reader = new(new byte[3]);
        Assert.That(() => reader.ReadUInt32(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("ends early"));
    }

    [Test]
    public void The_hash_is_the_same_on_every_host_and_in_every_run()
    {
        StateHash hash = default;
        hash.Add(0x1234);
        hash.Add([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        byte[] memory = new byte[8192];
        memory[4096] = 1;
        hash.AddMemory(memory);
        Assert.That(hash.Value, Is.EqualTo(1553892791592171574ul));
    }

    [Test]
    public void The_hash_of_a_memory_tells_every_byte_and_its_place()
    {
        HashSet<ulong> hashes = [HashOf(new byte[8192])];
        for (int place = 0; place < 8192; place += 61)
        {
            byte[] memory = new byte[8192];
            memory[place] = 1;
            Assert.That(hashes.Add(HashOf(memory)), Is.True, $"byte {place}");
        }
    }

    [Test]
    public void Memories_of_different_length_have_different_hashes_even_when_they_are_zero() =>
        Assert.That(HashOf(new byte[4096]), Is.Not.EqualTo(HashOf(new byte[8192])));

    [Test]
    public void A_memory_that_is_no_multiple_of_a_page_or_a_word_is_hashed_to_its_end([Values(1, 7, 33, 4097, 5000)] int length)
    {
        byte[] memory = new byte[length];
        ulong before = HashOf(memory);
        memory[^1] = 1;
        Assert.That(HashOf(memory), Is.Not.EqualTo(before));
    }

    private static ulong HashOf(byte[] memory)
    {
        StateHash hash = default;
        hash.AddMemory(memory);
        return hash.Value;
    }
}
