using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Loads and stores of one register at every alignment over page boundaries, in big- and little-endian storage, with
/// every way to form the address, the invalid forms included, which do what the manual's pseudo-code says.
/// </summary>
internal sealed class LoadStoreTests : StorageBench
{
    private static readonly Dictionary<Op, Access> Loads = new()
    {
        [Op.Lbz] = new(1),
        [Op.Lbzu] = new(1, Update: true),
        [Op.Lbzx] = new(1, Indexed: true),
        [Op.Lbzux] = new(1, Indexed: true, Update: true),
        [Op.Lhz] = new(2),
        [Op.Lhzu] = new(2, Update: true),
        [Op.Lhzx] = new(2, Indexed: true),
        [Op.Lhzux] = new(2, Indexed: true, Update: true),
        [Op.Lha] = new(2, Algebraic: true),
        [Op.Lhau] = new(2, Algebraic: true, Update: true),
        [Op.Lhax] = new(2, Algebraic: true, Indexed: true),
        [Op.Lhaux] = new(2, Algebraic: true, Indexed: true, Update: true),
        [Op.Lwz] = new(4),
        [Op.Lwzu] = new(4, Update: true),
        [Op.Lwzx] = new(4, Indexed: true),
        [Op.Lwzux] = new(4, Indexed: true, Update: true),
        [Op.Lhbrx] = new(2, Indexed: true, Reversed: true),
        [Op.Lwbrx] = new(4, Indexed: true, Reversed: true),
    };

    private static readonly Dictionary<Op, Access> Stores = new()
    {
        [Op.Stb] = new(1),
        [Op.Stbu] = new(1, Update: true),
        [Op.Stbx] = new(1, Indexed: true),
        [Op.Stbux] = new(1, Indexed: true, Update: true),
        [Op.Sth] = new(2),
        [Op.Sthu] = new(2, Update: true),
        [Op.Sthx] = new(2, Indexed: true),
        [Op.Sthux] = new(2, Indexed: true, Update: true),
        [Op.Stw] = new(4),
        [Op.Stwu] = new(4, Update: true),
        [Op.Stwx] = new(4, Indexed: true),
        [Op.Stwux] = new(4, Indexed: true, Update: true),
        [Op.Sthbrx] = new(2, Indexed: true, Reversed: true),
        [Op.Stwbrx] = new(4, Indexed: true, Reversed: true),
    };

    [TestedOps]
    public static IEnumerable<Op> LoadOps => Loads.Keys;

    [TestedOps]
    public static IEnumerable<Op> StoreOps => Stores.Keys;

    [TestCaseSource(nameof(LoadOps))]
    public void A_load_at_every_alignment_and_with_every_form_of_address(Op op) => Everywhere(op, Loads[op], Load(Loads[op]));

    [TestCaseSource(nameof(StoreOps))]
    public void A_store_at_every_alignment_and_with_every_form_of_address(Op op) => Everywhere(op, Stores[op], Store(Stores[op]));

    [TestCaseSource(nameof(LoadOps))]
    public void A_load_over_two_pages_takes_the_bytes_of_both(Op op) =>
        InScatteredPages(op, Loads[op], Load(Loads[op]), littleEndian: false);

    [TestCaseSource(nameof(StoreOps))]
    public void A_store_over_two_pages_reaches_both(Op op) => InScatteredPages(op, Stores[op], Store(Stores[op]), littleEndian: false);

    [TestCaseSource(nameof(LoadOps))]
    public void A_load_from_little_endian_pages_finds_the_low_byte_first(Op op) =>
        InScatteredPages(op, Loads[op], Load(Loads[op]), littleEndian: true);

    [TestCaseSource(nameof(StoreOps))]
    public void A_store_to_little_endian_pages_puts_the_low_byte_first(Op op) =>
        InScatteredPages(op, Stores[op], Store(Stores[op]), littleEndian: true);

    [TestCaseSource(nameof(LoadOps))]
    public void A_load_of_which_only_the_first_page_is_mapped_changes_no_register(Op op) => HalfMapped(op, Loads[op], 0);

    [TestCaseSource(nameof(StoreOps))]
    public void A_store_of_which_only_the_first_page_is_mapped_stores_nothing(Op op) => HalfMapped(op, Stores[op], Esr.Dst);

    [Test]
    public void The_base_of_an_update_form_with_rA_0_is_zero()
    {
        Machine[0] = 0x12345678;
        Machine.Execute("lwzu r3,0x1000(r0)");
        Assert.That((Machine[0], Machine[3]), Is.EqualTo((0x1000u, Read(0x1000, 4))));
        Machine[0] = 0x12345678;
        Machine.Execute("stwu r0,0x1004(r0)");
        Assert.That((Machine[0], Machine.Read(0x1004)), Is.EqualTo((0x1004u, 0x12345678u)));
    }

    [Test]
    public void What_a_load_with_update_into_its_own_base_loads_wins()
    {
        Machine[4] = TestMachine.DataBase;
        Machine.Execute("lhau r4,2(r4)");
        Assert.That(Machine[4], Is.EqualTo((uint)(short)Read(TestMachine.DataBase + 2, 2)));
    }

    [Test]
    public void A_store_with_update_of_its_own_base_stores_the_old_base()
    {
        Machine[1] = TestMachine.DataBase + 0x100;
        Machine.Execute("stwu r1,-0x20(r1)");
        Assert.That((Machine[1], Machine.Read(TestMachine.DataBase + 0xe0)),
            Is.EqualTo((TestMachine.DataBase + 0xe0, TestMachine.DataBase + 0x100)));
    }

    [TestCase("stb r3,1(r4)", 1u, 1, 0x78u)]
    [TestCase("sth r3,2(r4)", 2u, 2, 0x5678u)]
    [TestCase("sthbrx r3,r0,r4", 0u, 2, 0x7856u)]
    [TestCase("stw r3,4(r4)", 4u, 4, 0x12345678u)]
    public void A_device_sees_the_bytes_that_are_stored_and_no_others(string line, uint offset, int size, uint value)
    {
        RecordingDevice device = new();
        Machine.Board.Memory.MapDevice("device", 0xef000000, 16, device);
        (Machine[3], Machine[4]) = (0x12345678, 0xef000000);
        Machine.Execute(line);
        Assert.That(device.Written, Is.EqualTo((offset, size, value)));
    }

    [TestCase("lbz r3,1(r4)", 0x000000ffu)]
    [TestCase("lhz r3,2(r4)", 0x0000ff01u)]
    [TestCase("lha r3,2(r4)", 0xffffff01u)]
    [TestCase("lhbrx r3,r0,r4", 0x000001ffu)]
    [TestCase("lwz r3,4(r4)", 0x8000ff01u)]
    public void A_load_takes_from_a_device_as_many_bytes_as_it_asks_for(string line, uint loaded)
    {
        Machine.Board.Memory.MapDevice("device", 0xef000000, 16, new RecordingDevice());
        Machine[4] = 0xef000000;
        Machine.Execute(line);
        Assert.That($"{Machine[3]:x8}", Is.EqualTo($"{loaded:x8}"));
    }

    /// <summary>
    /// Each address as the sum of a base and boundary displacements, registers apart and equal, and rA = 0.
    /// </summary>
    private void Everywhere(Op op, Access access, Definition definition)
    {
        foreach (uint effective in AddressesAroundPageEnds)
        {
            foreach (uint halfword in Values.Halfwords)
            {
                uint displacement = halfword < 0x8000 ? halfword : 0xffff0000 + halfword;
                foreach ((int target, int a) in (ReadOnlySpan<(int, int)>)[(3, 4), (4, 4), (5, 4), (0, 4), (31, 30)])
                {
                    (Before.Gpr[3], Before.Gpr[0]) = (Values.Any(Random), Values.Any(Random));
                    Before.Gpr[a] = effective - displacement;
                    Before.Gpr[5] = displacement;
                    Check(Word(op, access, target, a, halfword), definition);
                }
            }

            if (access.Indexed)
            {
                (Before.Gpr[0], Before.Gpr[5]) = (Values.Any(Random), effective);
                Check(Word(op, access, 3, 0, 0), definition);
                Check(Word(op, access, 5, 0, 0), definition);
            }
        }

        if (!access.Indexed)
            Check(Word(op, access, 3, 0, 0x7ff1), definition);
        CheckMemory();
    }

    private void InScatteredPages(Op op, Access access, Definition definition, bool littleEndian)
    {
        TranslateData(littleEndian);
        foreach (uint effective in AddressesInScatteredPages.Concat(AddressesAroundPageEnds))
        {
            (Before.Gpr[3], Before.Gpr[4], Before.Gpr[5]) = (Values.Any(Random), effective - 0x10, 0x10);
            Check(Word(op, access, 3, 4, 0x10), definition);
        }

        CheckMemory();
    }

    private unsafe void HalfMapped(Op op, Access access, uint syndrome)
    {
        Map(0, ScatteredPages, TestMachine.DataBase, 0, Tlb.Write);
        for (int inFirst = 1; inFirst < access.Size; inFirst++)
        {
            Before.Msr = Msr.Dr;
            (Before.Gpr[4], Before.Gpr[5]) = (ScatteredPages + 0x400 - (uint)inFirst - 0x10, 0x10);
            Check(Word(op, access, 3, 4, 0x10), (r, _) => (r.Pc, r.Msr) = (0x1100, 0));
            Assert.That((Machine.State->Srr0, Machine.State->Srr1), Is.EqualTo((TestMachine.CodeBase, Msr.Dr)));
            Assert.That((Machine.State->Dear, Machine.State->Esr), Is.EqualTo((ScatteredPages + 0x400, syndrome)));
        }

        CheckMemory();
    }

    private Definition Load(Access access) => (r, i) =>
    {
        uint effective = access.Effective(r, i);
        byte[] bytes = BitConverter.GetBytes(Read(effective, access.Size));
        if (access.Reversed)
            Array.Reverse(bytes, 0, access.Size);
        if (access.Update)
            r.Gpr[i.Ra] = effective;
        r.Gpr[i.Rt] = access.Algebraic ? (uint)BitConverter.ToInt16(bytes) : BitConverter.ToUInt32(bytes);
    };

    private Definition Store(Access access) => (r, i) =>
    {
        uint effective = access.Effective(r, i);
        byte[] bytes = BitConverter.GetBytes(r.Gpr[i.Rs]);
        if (access.Reversed)
            Array.Reverse(bytes, 0, access.Size);
        Write(effective, access.Size, BitConverter.ToUInt32(bytes));
        if (access.Update)
            r.Gpr[i.Ra] = effective;
    };

    private static uint Word(Op op, Access access, int target, int a, uint displacement)
    {
        InstructionRow row = InstructionTable.Row(op);
        return Assembler.Word(
            op,
            (row.TryGetField('t', out _) ? 't' : 's', target),
            (access.Update ? 'x' : 'z', a),
            access.Indexed ? ('b', 5) : ('D', displacement));
    }

    /// <summary>Tells what was written, and answers a narrow read with more bits than were asked for.</summary>
    private sealed class RecordingDevice : IMmioDevice
    {
        public (uint Offset, int Size, uint Value) Written { get; private set; }

        public uint Read(uint offset, int size) => size == 1 ? 0x8000ffff : 0x8000ff01;

        public void Write(uint offset, int size, uint value) => Written = (offset, size, value);

        public void Save(StateWriter writer) => writer.Write(Written.Value);

        public void Load(StateReader reader) => Written = (0, 4, reader.ReadUInt32());
    }

    /// <summary>What distinguishes one access from another.</summary>
    private sealed record Access(int Size, bool Algebraic = false, bool Reversed = false, bool Indexed = false, bool Update = false)
    {
        public uint Effective(Registers r, Instruction i) => r.GprOrZero(i.Ra) + (Indexed ? r.Gpr[i.Rb] : (uint)i.Si);
    }
}
