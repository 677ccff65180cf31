using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Booting;

public sealed class DeviceTreeBootTests
{
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create(64);

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void The_tree_stands_just_below_16_MB_and_r3_points_at_it()
    {
        DeviceTree tree = Boot(SampleTree.Create());

        Assert.That(_board.Gpr(3), Is.InRange(0x00ff0000u, 0x00ffffffu));
        Assert.That(_board.Gpr(3) % 8, Is.Zero);
        Assert.That(new[] { 4, 5, 6, 7 }.Select(_board.Gpr), Is.All.Zero);
        Assert.That(tree.Find("/cpus/cpu@0"), Is.Not.Null);
    }

    [Test]
    public void The_tree_goes_below_an_image_that_covers_the_end_of_the_first_16_MB()
    {
        byte[] image = new ElfBuilder { Entry = 0x00f00000 }.Segment(0x00f00000, new byte[16], size: 0x200000).Build();
        Boot(SampleTree.Create(), image: image);

        Assert.That(_board.Gpr(3), Is.InRange(0x00ef0000u, 0x00efffffu));
    }

    [Test]
    public void The_command_line_replaces_that_of_the_tree() =>
        Assert.That(Boot(SampleTree.Create(), commandLine: "console=ttyS0").Find("/chosen")!.Find("bootargs")!.Text, Is.EqualTo("console=ttyS0"));

    [Test]
    public void Without_a_command_line_the_trees_own_stays() =>
        Assert.That(Boot(SampleTree.Create()).Find("/chosen")!.Find("bootargs")!.Text, Is.EqualTo("old"));

    [Test]
    public void The_RAM_disk_is_entered_into_the_tree()
    {
        DeviceTreeNode chosen = Boot(SampleTree.Create(), initrd: [1, 2, 3]).Find("/chosen")!;

        Assert.That(chosen.Find("linux,initrd-start")!.Cell, Is.EqualTo(0x01800000u));
        Assert.That(chosen.Find("linux,initrd-end")!.Cell, Is.EqualTo(0x01800003u));
        Assert.That(_board.Read(0x01800000, 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Without_a_RAM_disk_none_is_left_in_the_tree()
    {
        DeviceTreeNode chosen = Boot(SampleTree.Create()).Find("/chosen")!;

        Assert.That(chosen.Find("linux,initrd-start"), Is.Null);
        Assert.That(chosen.Find("linux,initrd-end"), Is.Null);
    }

    [Test]
    public void The_size_of_memory_is_the_boards() =>
        Assert.That(Boot(SampleTree.Create()).Find("/memory")!.Find("reg")!.Value.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 0, 4, 0, 0, 0 }));

    [Test]
    public void Addresses_and_sizes_of_two_cells_are_respected()
    {
        DeviceTree tree = SampleTree.Create();
        tree.Root.SetCells("#address-cells", 2);
        tree.Root.SetCells("#size-cells", 2);

        Assert.That(Boot(tree).Find("/memory")!.Find("reg")!.Value.ToArray(),
            Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0 }));
    }

    [Test]
    public void A_tree_without_chosen_and_memory_gets_both()
    {
        DeviceTree tree = Boot(new DeviceTree(), commandLine: "quiet");

        Assert.That(tree.Find("/chosen")!.Find("bootargs")!.Text, Is.EqualTo("quiet"));
        Assert.That(tree.Find("/memory@0")!.Find("device_type")!.Text, Is.EqualTo("memory"));
        Assert.That(tree.Find("/memory@0")!.Find("reg")!.Value.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0 }));
    }

    [Test]
    public void Cells_that_no_address_has_are_refused()
    {
        DeviceTree tree = SampleTree.Create();
        tree.Root.SetCells("#address-cells", 3);

        Assert.That(() => Boot(tree), Throws.TypeOf<InputException>().With.Message.Contains("#address-cells of its root node is neither 1 nor 2"));
    }

    [Test]
    public void A_raw_kernel_is_entered_with_the_tree()
    {
        using TemporaryFile file = new(FlattenedTreeWriter.Write(SampleTree.Create()));
        LoadedGuest guest = _board.Boot(new byte[64], TestBoard.Options with { LoadAddress = 0, DtbPath = file.Path });

        Assert.That(_board.Pc(), Is.Zero);
        Assert.That(guest.Description, Does.Contain("raw binary").And.Contain("device tree in r3"));
    }

    [Test]
    public void A_file_that_is_no_tree_is_refused()
    {
        using TemporaryFile file = new("/dts-v1/; / { };"u8.ToArray());

        Assert.That(
            _board.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { DtbPath = file.Path }),
            Does.StartWith(file.Path).And.Contain("not a flattened device tree"));
    }

    [Test]
    public void Clocks_that_the_tree_leaves_open_are_filled_in()
    {
        DeviceTree tree = Boot(TreeOfZeros());

        Assert.That(tree.Find("/cpus/cpu@0")!.Find("timebase-frequency")!.Cell, Is.EqualTo(333_333_330u));
        Assert.That(tree.Find("/cpus/cpu@0")!.Find("clock-frequency")!.Cell, Is.EqualTo(333_333_330u));
        Assert.That(tree.Find("/plb")!.Find("clock-frequency")!.Cell, Is.EqualTo(111_111_110u));
        Assert.That(tree.Find("/plb/opb")!.Find("clock-frequency")!.Cell, Is.EqualTo(55_555_555u));
        Assert.That(tree.Find("/plb/ebc")!.Find("clock-frequency")!.Cell, Is.EqualTo(55_555_555u));
        Assert.That(tree.Find("/plb/opb/serial@ef600300")!.Find("clock-frequency")!.Cell, Is.EqualTo(4_761_904u));
    }

    [Test]
    public void Ethernet_addresses_are_filled_in_by_alias_or_by_order([Values] bool aliases)
    {
        DeviceTree tree = TreeOfZeros();
        if (aliases)
        {
            tree.Root.ChildOrNew("aliases").SetText("ethernet0", "/plb/opb/ethernet@ef600900"u8);
            tree.Root.ChildOrNew("aliases").SetText("ethernet1", "/plb/opb/ethernet@ef600800"u8);
        }

        DeviceTree booted = Boot(tree);
        byte[] expected = new byte[6];
        _board.Ethernet[aliases ? 1 : 0].Address.CopyTo(expected);
        Assert.That(booted.Find("/plb/opb/ethernet@ef600800")!.Find("local-mac-address")!.Value.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void The_banks_of_the_external_bus_are_its_ranges_and_the_flash_is_as_large_as_the_board_has_it()
    {
        _board.Dispose();
        _board = BoardCatalog.Find(Walnut.Name)!.Create(new BoardOptions { MemoryBytes = 64 << 20, FlashBytes = 512 << 10 });
        DeviceTree tree = TreeOfZeros();
        DeviceTreeNode bus = tree.Find("/plb/ebc")!;
        bus.SetText("compatible", "ibm,ebc-405gp\0ibm,ebc"u8);
        bus.SetCells("#address-cells", 2);
        bus.SetCells("#size-cells", 1);
        foreach ((string name, uint number, uint offset) in (ReadOnlySpan<(string, uint, uint)>)[("flash@0,80000", 0, 0x80000), ("flash@1,0", 1, 0)])
        {
            bus.ChildOrNew(name).SetText("compatible", "jedec-flash"u8);
            bus.ChildOrNew(name).SetCells("reg", number, offset, 0x10000);
        }

        DeviceTree booted = Boot(tree);
        Assert.That(Cells(booted.Find("/plb/ebc")!.Find("ranges")!), Is.EqualTo(new uint[]
        {
            0, 0, 0xfff00000, 0x100000, 1, 0, 0xf0000000, 0x100000, 2, 0, 0xf0100000, 0x100000, 7, 0, 0xf0300000, 0x100000,
        }));
        Assert.That(Cells(booted.Find("/plb/ebc/flash@0,80000")!.Find("reg")!), Is.EqualTo(new uint[] { 0, 0x80000, 0x80000 }));
        Assert.That(Cells(booted.Find("/plb/ebc/flash@1,0")!.Find("reg")!), Is.EqualTo(new uint[] { 1, 0, 0x10000 }), "no flash is there");
    }

    [Test]
    public void A_flash_that_ends_at_the_end_of_the_address_space_keeps_its_partitions_there_when_the_board_has_a_smaller_one()
    {
        _board.Dispose();
        _board = BoardCatalog.Find("hotfoot")!.Create(new BoardOptions { MemoryBytes = 64 << 20, FlashBytes = 4 << 20 });
        DeviceTree tree = TreeOfZeros();
        DeviceTreeNode bus = tree.Find("/plb/ebc")!;
        bus.SetText("compatible", "ibm,ebc-405ep\0ibm,ebc"u8);
        bus.SetCells("#address-cells", 2);
        bus.SetCells("#size-cells", 1);
        DeviceTreeNode flash = bus.ChildOrNew("nor_flash@0");
        flash.SetText("compatible", "cfi-flash"u8);
        flash.SetCells("reg", 0, 0xff800000, 0x800000);
        flash.ChildOrNew("last").SetCells("reg", 0x7c0000, 0x40000);
        flash.ChildOrNew("first").SetCells("reg", 0x400000, 0x10000);
        flash.ChildOrNew("gone").SetCells("reg", 0, 0x400000);
        flash.ChildOrNew("over").SetCells("reg", 0x3fff00, 0x10000);
        flash.ChildOrNew("outside").SetCells("reg", 0x900000, 0x10000);
        flash.ChildOrNew("none").SetText("label", "x"u8);
        flash.ChildOrNew("odd").Set("reg", new byte[] { 1, 2, 3 });

        DeviceTreeNode booted = Boot(tree).Find("/plb/ebc/nor_flash@0")!;
        Assert.That(Cells(booted.Find("reg")!), Is.EqualTo(new uint[] { 0, 0xffc00000, 0x400000 }));
        Assert.That(booted.Children.Select(child => child.Name), Is.EqualTo(new[] { "last", "first", "none", "odd" }));
        Assert.That(Cells(booted.Child("last")!.Find("reg")!), Is.EqualTo(new uint[] { 0x3c0000, 0x40000 }));
        Assert.That(Cells(booted.Child("first")!.Find("reg")!), Is.EqualTo(new uint[] { 0, 0x10000 }));
    }

    [Test]
    public void A_bus_whose_addresses_are_not_those_of_banks_is_left_alone() =>
        Assert.That(Boot(TreeOfZeros()).Find("/plb/ebc")!.Find("ranges"), Is.Null);

    [Test]
    public void A_tree_that_is_to_stay_as_it_is_is_handed_over_byte_for_byte()
    {
        byte[] blob = FlattenedTreeWriter.Write(TreeOfZeros());
        using TemporaryFile file = new([.. blob, 1, 2, 3]);
        BootOptions options = TestBoard.Options with { DtbPath = file.Path, TreeAsIs = true };
        _board.Boot(ElfBuilder.Small().Build(), options);
        Assert.That(_board.Read(_board.Gpr(3), blob.Length), Is.EqualTo(blob));

        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), options with { CommandLine = "quiet" }),
            Does.Contain("The command line would be entered into the device tree"));
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), options with { InitrdPath = file.Path }), Does.Contain("The RAM disk"));
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), options with { DtbPath = null }), Does.Contain("give one with --dtb FILE"));
    }

    private static uint[] Cells(DeviceTreeProperty property)
    {
        byte[] bytes = property.Value.ToArray();
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(n => bytes.Word(4 * n))];
    }

    private static DeviceTree TreeOfZeros()
    {
        DeviceTree tree = SampleTree.Create();
        tree.Find("/cpus/cpu@0")!.SetCells("timebase-frequency", 0);
        DeviceTreeNode plb = tree.Root.ChildOrNew("plb");
        plb.SetText("compatible", "ibm,plb3"u8);
        plb.SetCells("clock-frequency", 0);
        plb.ChildOrNew("ebc").SetCells("clock-frequency", 0);
        DeviceTreeNode opb = plb.ChildOrNew("opb");
        DeviceTreeNode serial = opb.ChildOrNew("serial@ef600300");
        serial.SetText("compatible", "ns16550"u8);
        serial.SetCells("clock-frequency", 0);
        foreach (string name in (string[])["ethernet@ef600800", "ethernet@ef600900"])
        {
            opb.ChildOrNew(name).SetText("device_type", "network"u8);
            opb.ChildOrNew(name).Set("local-mac-address", new byte[6]);
        }

        return tree;
    }

    /// <summary>Boots with a tree and reads back the one that the kernel gets.</summary>
    private DeviceTree Boot(DeviceTree tree, string? commandLine = null, byte[]? initrd = null, byte[]? image = null)
    {
        using TemporaryFile file = new(FlattenedTreeWriter.Write(tree));
        using TemporaryFile disk = new(initrd ?? [0]);
        BootOptions options = TestBoard.Options with
        {
            DtbPath = file.Path, CommandLine = commandLine, InitrdPath = initrd is null ? null : disk.Path,
        };
        _board.Boot(image ?? ElfBuilder.Small().Build(), options);
        uint size = _board.Read(_board.Gpr(3), 8).Word(4);
        return SampleTree.Parse(_board.Read(_board.Gpr(3), (int)size));
    }
}
