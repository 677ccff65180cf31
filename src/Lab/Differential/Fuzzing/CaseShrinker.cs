using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Makes a failing case small: fewer instructions run, code replaced by nops and cut off, registers, TLB entries and
/// data left out.
/// </summary>
/// <param name="fails">Whether a case still fails.</param>
public sealed class CaseShrinker(Func<TestCase, bool> fails)
{
    private const uint Nop = 0x60000000;
    private const int MaxRounds = 6;
    private const int MaxTrials = 20_000;
    private int _trials;

    /// <summary>Shrinks a case that fails.</summary>
    public TestCase Shrink(TestCase failing)
    {
        TestCase present = failing;
        for (int round = 0; round < MaxRounds; round++)
        {
            TestCase before = present;
            present = Drop(present, present.Before, (shrunk, kept) => shrunk with { Before = kept });
            present = ShrinkPoints(present);
            present = DropBlocks(present);
            present = ShrinkCode(present);
            present = Drop(present, present.Tlb, (shrunk, kept) => shrunk with { Tlb = kept });
            present = Drop(present, present.Registers, (shrunk, kept) => shrunk with { Registers = kept });
            present = ZeroRegisters(present);
            present = TrimCode(present);
            present = ShrinkBefore(present);
            if (present == before)
                break;
        }

        return present;
    }

    private bool Try(ref TestCase present, TestCase candidate)
    {
        if (_trials++ >= MaxTrials || !fails(candidate))
            return false;
        present = candidate;
        return true;
    }

    private TestCase ShrinkPoints(TestCase present)
    {
        foreach (ulong point in present.Points.ToArray())
        {
            if (present.Points.Count > 1 && Try(ref present, present with { Points = [point] }))
                break;
        }

        if (present.Points.Count > 1)
            return present;
        for (ulong step = present.Points[0] / 2; step > 0; step /= 2)
        {
            while (present.Points[0] > step && Try(ref present, present with { Points = [present.Points[0] - step] }))
            {
            }
        }

        return present;
    }

    /// <summary>Simplifies the states of the cases before it.</summary>
    private TestCase ShrinkBefore(TestCase present)
    {
        for (int n = 0; n < present.Before.Count; n++)
        {
            TestCase Replace(TestCase whole, TestCase stage) => whole with { Before = [.. whole.Before.Take(n), stage, .. whole.Before.Skip(n + 1)] };
            present = Drop(present, present.Before[n].Tlb, (shrunk, kept) => Replace(shrunk, shrunk.Before[n] with { Tlb = kept }));
            present = Drop(present, present.Before[n].Registers, (shrunk, kept) => Replace(shrunk, shrunk.Before[n] with { Registers = kept }));
            present = Drop(present, present.Before[n].Points, (shrunk, kept) => Replace(shrunk, shrunk.Before[n] with { Points = kept }));
        }

        return present;
    }

    private TestCase DropBlocks(TestCase present) => Drop(present, present.Memory, (shrunk, kept) => shrunk.WithMemory(kept));

    /// <summary>Leaves out runs of items, long ones first.</summary>
    private TestCase Drop<T>(TestCase present, IReadOnlyList<T> items, Func<TestCase, IReadOnlyList<T>, TestCase> with)
    {
        for (int length = Math.Max(items.Count / 2, 1); length > 0; length /= 2)
        {
            for (int start = 0; start + length <= items.Count;)
            {
                T[] kept = [.. items.Take(start), .. items.Skip(start + length)];
                if (Try(ref present, with(present, kept)))
                    items = kept;
                else
                    start += length;
            }
        }

        return present;
    }

    private TestCase ShrinkCode(TestCase present)
    {
        for (int block = 0; block < present.Memory.Count; block++)
        {
            for (int length = present.Memory[block].Words.Length; length > 0; length /= 2)
            {
                for (int start = 0; start < present.Memory[block].Words.Length; start += length)
                    TryReplace(ref present, block, start, length);
            }
        }

        return present;
    }

    private void TryReplace(ref TestCase present, int block, int start, int length)
    {
        MemoryBlock old = present.Memory[block];
        uint filler = old.IsCode ? Nop : 0;
        uint[] words = [.. old.Words];
        Span<uint> part = words.AsSpan(start, Math.Min(length, words.Length - start));
        if (!part.ContainsAnyExcept(filler))
            return;
        part.Fill(filler);
        Try(ref present, WithBlock(present, block, old with { Words = words }));
    }

    private TestCase ZeroRegisters(TestCase present)
    {
        for (int n = 0; n < present.Registers.Count; n++)
        {
            foreach (uint simpler in (ReadOnlySpan<uint>)[0, 1, 0xffffffff])
            {
                if (present.Registers[n].Value == simpler)
                    break;
                RegisterValue[] registers = [.. present.Registers];
                registers[n] = registers[n] with { Value = simpler };
                if (Try(ref present, present with { Registers = registers }))
                    break;
            }
        }

        return present;
    }

    /// <summary>Cuts nops and zeros off both ends of each block.</summary>
    private TestCase TrimCode(TestCase present)
    {
        for (int block = 0; block < present.Memory.Count; block++)
        {
            MemoryBlock old = present.Memory[block];
            uint filler = old.IsCode ? Nop : 0;
            int last = old.Words.AsSpan().LastIndexOfAnyExcept(filler);
            if (last >= 0 && last + 1 < old.Words.Length)
                Try(ref present, WithBlock(present, block, old with { Words = old.Words[..(last + 1)] }));
            old = present.Memory[block];
            int first = old.Words.AsSpan().IndexOfAnyExcept(old.IsCode ? uint.MaxValue : 0);
            if (first > 0)
                Try(ref present, WithBlock(present, block, old with { Address = old.Address + (4 * (uint)first), Words = old.Words[first..] }));
        }

        return present;
    }

    private static TestCase WithBlock(TestCase present, int block, MemoryBlock changed)
    {
        MemoryBlock[] memory = [.. present.Memory];
        memory[block] = changed;
        return present.WithMemory(memory);
    }
}
