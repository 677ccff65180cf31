using PpcJit.Kernel.Loading.DeviceTrees;

namespace PpcJit.Kernel.Tests.Loading.DeviceTrees;

public sealed class FlattenedTreeTests
{
    [Test]
    public void The_smallest_tree_is_written_as_the_specification_says()
    {
        DeviceTree tree = new() { BootCpu = 3 };
        tree.Root.SetCells("a", 0x01020304);

        Assert.That(Convert.ToHexStringLower(FlattenedTreeWriter.Write(tree)), Is.EqualTo(
            "d00dfeed" + "0000005a" + "00000038" + "00000058" + "00000028" + "00000011" + "00000010" + "00000003" + "00000002" + "00000020" +
            "00000000000000000000000000000000" +
            "00000001" + "00000000" + "00000003" + "00000004" + "00000000" + "01020304" + "00000002" + "00000009" +
            "6100"));
    }

    [Test]
    public void What_was_written_is_read_back()
    {
        byte[] blob = FlattenedTreeWriter.Write(SampleTree.Create());
        DeviceTree tree = SampleTree.Parse(blob);

        Assert.That(tree.Find("/cpus/cpu@0")!.Find("timebase-frequency")!.Cell, Is.EqualTo(333_333_333u));
        Assert.That(tree.Find("/chosen")!.Find("bootargs")!.Text, Is.EqualTo("old"));
        Assert.That(tree.Find("/chosen")!.Find("mac")!.Value.ToArray(), Is.EqualTo(new byte[] { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 }));
        Assert.That(tree.Reservations, Is.EqualTo(new[] { new MemoryReservation(0x100000, 0x2000) }));
        Assert.That(FlattenedTreeWriter.Write(tree), Is.EqualTo(blob));
    }

    [Test]
    public void A_name_that_is_the_tail_of_an_earlier_one_shares_its_bytes()
    {
        DeviceTree tree = new();
        tree.Root.SetCells("#size-cells", 1);
        int before = FlattenedTreeWriter.Write(tree).Length;
        tree.Root.SetCells("cells", 1);

        Assert.That(FlattenedTreeWriter.Write(tree), Has.Length.EqualTo(before + 16));
    }

    [Test]
    public void Setting_a_property_replaces_its_value_in_place()
    {
        DeviceTreeNode node = SampleTree.Create().Root;
        string[] names = [.. node.Properties.Select(property => property.Name)];
        node.SetText("model", "another"u8);

        Assert.That(node.Properties.Select(property => property.Name), Is.EqualTo(names));
        Assert.That(node.Find("model")!.Text, Is.EqualTo("another"));
    }

    [Test]
    public void Tokens_that_say_nothing_are_passed_over()
    {
        byte[] blob = FlattenedTreeWriter.Write(SampleTree.Create());
        DeviceTree tree = SampleTree.Parse(blob);
        tree.Find("/chosen")!.Remove("mac");
        byte[] expected = FlattenedTreeWriter.Write(tree);

        // Turns the whole property, its three words and its value of two words, into NOPs
        byte[] value = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55];
        int at = blob.AsSpan().IndexOf(value) - 12;
        for (int n = 0; n < 20; n += 4)
            blob.PutWord(at + n, 4);

        byte[] written = FlattenedTreeWriter.Write(SampleTree.Parse(blob));
        Assert.That(written, Is.EqualTo(expected));
    }

    [TestCase(0, 0xd00dfeeeu, "not a flattened device tree")]
    [TestCase(4, 0x00400000u, "at most 2 MB")]
    [TestCase(4, 0x00010000u, "the device tree would reach past its end")]
    [TestCase(4, 0x00000030u, "structure block would reach past its end")]
    [TestCase(8, 0x0000003au, "structure block is not aligned")]
    [TestCase(8, 0xfffffff0u, "structure block would reach past its end")]
    [TestCase(12, 0x7fffffffu, "strings block would reach past its end")]
    [TestCase(16, 0x00000029u, "memory reservation block is not aligned")]
    [TestCase(16, 0xfffffff8u, "memory reservations would reach past its end")]
    [TestCase(20, 2u, "format version 2")]
    [TestCase(24, 18u, "is not 16 or 17")]
    [TestCase(36, 0x00000010u, "would reach past its end")]
    [TestCase(56, 2u, "does not begin with a root node")]
    [TestCase(60, 0x61000000u, "root node has a name")]
    [TestCase(60, 0x61616161u, "its node 'aaaa' does not end")]
    [TestCase(64, 5u, "its node '' does not end")]
    [TestCase(68, 0xffffffffu, "a property's value would reach past its end")]
    [TestCase(72, 0x00100000u, "a property's name would reach past its end")]
    public void A_damaged_tree_is_refused_with_its_reason(int offset, uint value, string reason)
    {
        DeviceTree tree = new();
        tree.Root.SetCells("a", 1);
        byte[] blob = FlattenedTreeWriter.Write(tree);
        blob.PutWord(offset, value);

        Assert.That(Refusal(blob), Does.StartWith("tree.dtb ").And.Contain(reason));
    }

    [Test]
    public void A_name_longer_than_any_board_has_is_refused()
    {
        DeviceTree tree = new();
        tree.Root.ChildOrNew(new string('n', 256));

        Assert.That(Refusal(FlattenedTreeWriter.Write(tree)), Does.Contain("a node's name does not end"));
    }

    [Test]
    public void Two_children_of_one_name_are_refused()
    {
        DeviceTree tree = new();
        tree.Root.Add(new DeviceTreeNode("a"));
        tree.Root.Add(new DeviceTreeNode("a"));

        Assert.That(Refusal(FlattenedTreeWriter.Write(tree)), Does.Contain("two children of one name"));
    }

    [Test]
    public void Two_properties_of_one_name_are_refused()
    {
        DeviceTree tree = new();
        tree.Root.Add(new DeviceTreeProperty("a", default));
        tree.Root.Add(new DeviceTreeProperty("a", default));

        Assert.That(Refusal(FlattenedTreeWriter.Write(tree)), Does.Contain("the property 'a' twice"));
    }

    [Test]
    public void Nodes_nested_too_deeply_are_refused()
    {
        DeviceTree tree = new();
        DeviceTreeNode node = tree.Root;
        for (int depth = 0; depth < 100; depth++)
            node = node.ChildOrNew("n");

        Assert.That(Refusal(FlattenedTreeWriter.Write(tree)), Does.Contain("deeper than 64 levels"));
    }

    private static string Refusal(byte[] blob) => Assert.Throws<InputException>(() => SampleTree.Parse(blob))!.Message;
}
