using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Memory;

[TestFixture]
internal sealed class PageHistoryTests
{
    private const uint Size = 1 << 20;
    private const int Pages = (int)(Size / PhysicalAddressSpace.PageSize);

    /// <summary>A run is a list of stores, always the same; a model keeps the whole memory at each mark.</summary>
    [Test]
    public void Memory_is_at_each_mark_what_it_was_whatever_the_way_there([Range(1, 8)] int seed)
    {
        Random random = new(seed);
        using PhysicalAddressSpace memory = new(Size, new HardwareLog());
        using PageHistory history = new(memory);
        List<(uint Address, uint Value)> run = [];
        List<(int Place, byte[] Memory)> marks = [(0, Copy(memory))];
        int place = 0;
        for (int step = 0; step < 400; step++)
        {
            int kind = random.Next(10);
            if (kind < 5)
            {
                for (int n = random.Next(1, 12); n > 0; n--)
                    Go();
            }
            else if (kind == 5 && marks[history.Present].Place < place)
            {
                history.Mark();
                marks.Insert(history.Present, (place, Copy(memory)));
            }
            else if (kind == 6 && marks.Count > 2)
            {
                int removed = random.Next(marks.Count);
                if (removed == history.Present)
                    continue;
                history.Remove(removed);
                marks.RemoveAt(removed);
            }
            else if (kind == 7 && random.Next(4) == 0)
            {
                history.Cut();
                marks.RemoveRange(history.Present + 1, marks.Count - history.Present - 1);
                run.RemoveRange(place, run.Count - place);
            }
            else if (kind > 7)
            {
                int mark = random.Next(marks.Count);
                history.GoTo(mark);
                place = marks[mark].Place;
            }

            Assert.That(history.Count, Is.EqualTo(marks.Count));
            if (place == marks[history.Present].Place)
                Assert.That(Copy(memory).AsSpan().SequenceEqual(marks[history.Present].Memory), $"step {step}, mark {history.Present}");
        }

        Assert.That(history.Bytes, Is.GreaterThan(0));

        void Go()
        {
            if (place == run.Count)
                run.Add(((uint)(random.Next(Pages / 8) * PhysicalAddressSpace.PageSize) + (4 * (uint)random.Next(16)), (uint)random.Next(3)));
            memory.TryWrite(run[place].Address, 4, run[place].Value);
            place++;
            if (history.Present + 1 < marks.Count && marks[history.Present + 1].Place == place)
                history.Arrive();
        }
    }

    [Test]
    public void Pages_of_zeros_and_pages_that_come_back_take_no_memory()
    {
        using PhysicalAddressSpace memory = new(Size, new HardwareLog());
        using PageHistory history = new(memory);
        memory.TryWrite(0x1000, 4, 1);
        long one = history.Bytes;
        Assert.That(one, Is.LessThan(PhysicalAddressSpace.PageSize), "it was zero before");
        history.Mark();
        memory.TryWrite(0x1000, 4, 2);
        Assert.That(history.Bytes - one, Is.GreaterThan(PhysicalAddressSpace.PageSize));
        history.GoTo(0);
        history.Cut();
        Assert.That(history.Bytes, Is.LessThanOrEqualTo(one));
    }

    private static unsafe byte[] Copy(PhysicalAddressSpace memory) => new ReadOnlySpan<byte>(memory.PlainPage(0, out _), (int)Size).ToArray();
}
