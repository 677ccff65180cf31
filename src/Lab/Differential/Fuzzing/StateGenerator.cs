using PpcJit.Lab.Differential.Cases;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Generates the states in which programs start: registers by the parts that <see cref="ProgramGenerator"/> gives them,
/// TLB, MSR, timers.
/// </summary>
internal sealed class StateGenerator(Random random)
{
    private static readonly uint[] Telling =
    [
        0, 1, 2, 0xffffffff, 0xfffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0x7fff, 0x8000, 0xffff, 0x10000,
        0xffff8000, 0xffff7fff, 0x00ff00ff, 31, 32, 33,
    ];

    private static readonly uint[] CodeBases = [0, 0, 0xc0000000, 0x10000000];
    private static readonly uint[] DataBases = [0, 0, 0xc0000000, 0x20000000];
    private static readonly uint[] Pids = [0, 1, 2, 0x55];

    private readonly List<RegisterValue> _registers = [];
    private readonly List<TlbValue> _tlb = [];

    /// <summary>Generates a state for a program.</summary>
    /// <param name="group">What the program consists of.</param>
    /// <param name="codeAddress">Physical address of the program.</param>
    /// <param name="memory">What stands in memory.</param>
    public TestCase Generate(FuzzGroup group, uint codeAddress, IReadOnlyList<MemoryBlock> memory)
    {
        _registers.Clear();
        _tlb.Clear();
        uint msr = RandomMsr(group);
        uint codeBase = (msr & Msr.Ir) != 0 ? CodeBases[random.Next(CodeBases.Length)] : 0;
        uint dataBase = (msr & Msr.Dr) != 0 ? DataBases[random.Next(DataBases.Length)] : 0;
        uint pid = Pids[random.Next(Pids.Length)];
        if ((msr & (Msr.Ir | Msr.Dr)) != 0 || group == FuzzGroup.System)
            FillTlb(codeBase, dataBase, pid);

        uint pc = codeBase + codeAddress;
        for (int n = 0; n < 14; n++)
            Set($"r{n}", Value());
        SetMeaningful(msr, pid);
        for (int n = 20; n < 28; n++)
            Set($"r{n}",
                dataBase == 0 && random.Next(8) == 0 ? FuzzLayout.OtherPages[random.Next(FuzzLayout.OtherPages.Count)]
                    + (Pointer() & 0xfff) : dataBase + Pointer());
        if (group == FuzzGroup.SelfModifying)
            Set("r26", codeBase + codeAddress + (4 * (uint)random.Next(16)));
        Set("r28", (uint)random.Next(1, 64) * (random.Next(3) == 0 ? 1u : 4u));
        Set("r29", (uint)random.Next(-32, 64));
        Set("r30", RandomMsr(group));
        Set("cr", (uint)random.NextInt64(1L << 32));
        Set("xer", (uint)random.NextInt64(1L << 32) & 0xe000003f);
        Set("lr", random.Next(4) == 0 ? Value() : pc + (4 * (uint)random.Next(8)));
        Set("ctr", random.Next(8) == 0 ? pc + (4 * (uint)random.Next(8)) : random.Next(8) == 0 ? Value() : (uint)random.Next(2, 60));
        Set("srr0", pc + (4 * (uint)random.Next(8)));
        Set("srr1", RandomMsr(group));
        Set("srr2", pc);
        Set("srr3", msr);
        Set("sprg5", pc);
        Set("sprg6", msr);
        Set("sprg7", (uint)random.Next(2));
        SetTimers(group);
        Set("msr", msr);
        Set("pc", pc);
        return new TestCase { Points = RandomPoints(), Registers = [.. _registers], Tlb = [.. _tlb], Memory = memory };
    }

    private void Set(string name, uint value) => _registers.Add(new RegisterValue(name, value));

    private void SetMeaningful(uint msr, uint pid)
    {
        Set("r14", ((uint)random.NextInt64(1L << 32) & 0xc003fc00) | ((uint)random.Next(4) << 7) | Tlb.Valid | (
            random.Next(8) == 0 ? Tlb.Endian : 0));
        Set("r15", ((uint)random.Next(0x40) << 12) | RandomAttributes());
        Set("r16", (uint)random.NextInt64(1L << 32) & 0x4fffffff);
        Set("r17", 0x0c000000 | ((uint)random.Next(4) << 24) | (random.Next(2) == 0 ? 0x00c00000u : 0));
        uint zones = random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : 0x55555555;
        Set("r18", random.Next(2) == 0 ? zones : (uint)random.NextInt64(1L << 32));
        Set("r19", Pids[random.Next(Pids.Length)]);
        if ((msr & (Msr.Ir | Msr.Dr)) == 0)
            return;
        Set("zpr", zones | 0x40000000);
        Set("pid", pid);
    }

    private void SetTimers(FuzzGroup group)
    {
        if (random.Next(group == FuzzGroup.System ? 2 : 6) != 0)
            return;
        Set("tbl", random.Next(2) == 0 ? 0x10000 - (uint)random.Next(150) : (uint)random.NextInt64(1L << 32));
        Set("pit", (uint)random.Next(1, 200));
        if (random.Next(4) == 0)
            Set("tsr", 0x80000000); // ENW: the watchdog's next expiry is an interrupt.
        Set("tcr", ((uint)random.Next(16) << 23) | 0x04000000 | (random.Next(2) == 0 ? 0x08000000u : 0));
        if (random.Next(32) == 0)
            Set("dbcr0", 0x40000000 | (1u << random.Next(24, 28)));
        if (random.Next(4) == 0)
            Set("pending", (uint)(random.Next(2) == 0 ? InterruptSource.External : InterruptSource.CriticalInput));
    }

    private uint RandomMsr(FuzzGroup group)
    {
        uint msr = random.Next(4) != 0 ? Msr.Me : 0;
        if (random.Next(2) == 0)
            msr |= Msr.Ee | (random.Next(2) == 0 ? Msr.Ce : 0);
        if (random.Next(3) == 0)
            msr |= Msr.Dr;
        if (random.Next(3) == 0)
            msr |= Msr.Ir | (random.Next(3) != 0 ? Msr.Dr : 0);
        if (random.Next(group == FuzzGroup.System ? 8 : 3) == 0)
            msr |= Msr.Pr;
        if (random.Next(8) == 0)
            msr |= Msr.De;
        return msr;
    }

    private void FillTlb(uint codeBase, uint dataBase, uint pid)
    {
        int index = random.Next(8);

        // The code: one entry of 16 KB or more, or one for each page, of which one may be four small ones. Zone 0 is open to all.
        if (random.Next(2) == 0)
        {
            uint size = random.Next(3) == 0 ? (uint)random.Next(3, 8) : 2;
            uint mask = PageMask(size);
            Enter(ref index, (codeBase + FuzzLayout.CodeStart) & mask, size, FuzzLayout.CodeStart & mask,
                CodeAttributes() | Tlb.Write, pid, random.Next(40) == 0);
        }
        else
        {
            uint divided = FuzzLayout.CodeStart + (0x1000 * (uint)random.Next(16));
            for (uint page = FuzzLayout.CodeStart; page < FuzzLayout.CodeEnd; page += page >= divided && page < divided + 0x1000 ? 0x400u : 0x1000)
            {
                uint size = page >= divided && page < divided + 0x1000 ? 0u : 1;
                Enter(ref index, codeBase + page, size, page, CodeAttributes() | (random.Next(2) == 0 ? Tlb.Write : 0), pid);
            }
        }

        int pages = random.Next(4, 16);
        for (int n = 0; n < pages; n++)
        {
            uint size = (uint)random.Next(4);
            uint mask = PageMask(size);
            uint effective = (dataBase + Pointer()) & mask;
            uint real = Frame(effective - dataBase) & mask;
            Enter(ref index, effective, size, real, RandomAttributes(),
                random.Next(6) == 0 ? Pids[random.Next(Pids.Length)] : pid, random.Next(8) == 0);
        }

        // What is left is mapped as it is, mostly, so that accesses succeed.
        uint rest = random.Next(3) == 0 ? (uint)random.Next(5, 8) : 4;
        if (random.Next(4) != 0)
            Enter(ref index, dataBase & PageMask(rest), rest, 0, (random.Next(4) == 0 ? RandomAttributes() : Tlb.Execute) | Tlb.Write, 0);
    }

    private void Enter(ref int index, uint effective, uint size, uint real, uint attributes, uint tid, bool little = false)
    {
        _tlb.Add(new TlbValue(index,
            effective | (size << 7) | Tlb.Valid | (little ? Tlb.Endian : 0) | (random.Next(12) == 0 ? Tlb.U0 : 0),
            real | attributes, random.Next(3) == 0 ? 0 : tid));
        index += random.Next(1, 3);
    }

    private static uint PageMask(uint size) => uint.MaxValue << (10 + (2 * (int)size));

    /// <summary>EX mostly, and sometimes another zone or a storage attribute that code may have.</summary>
    private uint CodeAttributes() => (random.Next(30) == 0 ? 0 : Tlb.Execute) | (random.Next(10) == 0 ? (uint)random.Next(16) << 4 : 0)
        | (random.Next(12) == 0 ? Tlb.WriteThrough : 0) | (random.Next(12) == 0 ? Tlb.CacheInhibited : 0) | (random.Next(40) == 0 ? Tlb.Guarded : 0);

    private uint RandomAttributes() => ((uint)random.Next(4) << 8) | (random.Next(2) == 0 ? Tlb.Execute | Tlb.Write : 0)
        | (random.Next(2) == 0 ? (uint)random.Next(16) << 4 : 0) | (random.Next(4) == 0 ? (uint)random.Next(16) : 0);

    /// <summary>Where a page of data is: scattered, anywhere, where no RAM is, or as it is.</summary>
    private uint Frame(uint data) => random.Next(8) switch
    {
        0 or 1 => Pointer(),
        2 => FuzzLayout.OtherPages[random.Next(FuzzLayout.OtherPages.Count)],
        3 => data,
        _ => FuzzLayout.ScatteredFrame((int)((data - FuzzLayout.DataStart) >> 12)) | (data & 0xfff),
    };

    private uint Value() => random.Next(3) switch
    {
        0 => Telling[random.Next(Telling.Length)],
        1 => (uint)random.NextInt64(1L << 32) >> random.Next(32),
        _ => (uint)random.NextInt64(1L << 32),
    };

    private uint Pointer()
    {
        // Near each other, so that pages are shared, and often at a page's end.
        uint page = FuzzLayout.DataStart + ((uint)random.Next(FuzzLayout.DataPages) << 12);
        uint offset = random.Next(3) == 0 ? 0x1000 - (uint)random.Next(40) : (uint)random.Next(0x1000);
        return page + (random.Next(4) == 0 ? offset : offset & ~3u);
    }

    private ulong[] RandomPoints()
    {
        ulong first = (ulong)random.Next(20, 200);
        ulong second = first + (ulong)random.Next(1, 300);
        return [first, second, second + (ulong)random.Next(1, 300)];
    }
}
