using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>Which board an image is for.</summary>
public sealed class BoardChooserTests
{
    private const uint Memory = 16 << 20;

    [TestCase(0x25000u, "walnut", "0x00025000")]
    [TestCase(0x450000u, "openblocks200", "0x00450000")]
    [TestCase(0x10000u, "ref405ep", null)]
    public void An_image_without_a_name_is_for_the_board_that_NetBSD_links_there(uint address, string board, string? reason)
    {
        BoardChoice choice = Choose(Image(address, ""));
        Assert.That(choice.Board.Name, Is.EqualTo(board));
        Assert.That(choice.Reason, reason is null ? Is.Null : Does.Contain(reason));
    }

    [TestCase("Walnut PowerPC 405GP Evaluation Board\n", "walnut")]
    [TestCase("OpenBlockS266 IBM PowerPC 405GPr Board", "openblocks266")]
    [TestCase("OpenBlockS S/R IBM PowerPC 405GP Board", "openblocks200")]
    [TestCase("OpenBlockS600 AMCC PowerPC 405EX Board", "obs600")]
    public void The_name_of_a_board_in_the_image_counts_more_than_the_address(string text, string board)
    {
        BoardChoice choice = Choose(Compressed.Gzip(Image(0x25000, text)));
        Assert.That(choice.Board.Name, Is.EqualTo(board));
        Assert.That(choice.Reason, Does.Contain(text.Trim('\0', '\n').Split('\0')[0]));
    }

    /// <summary>Linux's boot wrappers carry a tree; its root has the names of the board, the most special one first.</summary>
    [TestCase("ibm,walnut est,hotfoot", "walnut", "ibm,walnut")]
    [TestCase("ppcjit,ref405ep est,hotfoot", "ref405ep", "ppcjit,ref405ep")]
    [TestCase("amcc,haleakala amcc,kilauea", "haleakala", "amcc,haleakala")]
    [TestCase("amcc,kilauea", "kilauea", "amcc,kilauea")]
    [TestCase("plathome,obs600", "obs600", "plathome,obs600")]
    public void The_tree_inside_of_an_image_counts_most(string compatible, string board, string reason)
    {
        byte[] image = Image(0x25000, "Walnut PowerPC 405GP Evaluation Board\0", Tree(compatible));
        BoardChoice choice = Choose(Compressed.Gzip(image));
        Assert.That((choice.Board.Name, choice.Reason), Is.EqualTo((board, $"the device tree in the image is for {reason}")));
    }

    [Test]
    public void A_tree_given_beside_the_image_counts_more_than_that_inside()
    {
        using TemporaryFile file = new(Tree("plathome,obs600"));
        BoardChoice choice = BoardChooser.Choose(
            Image(0x10000, "", Tree("amcc,kilauea")), TestBoard.Options with { DtbPath = file.Path }, Memory);
        Assert.That((choice.Board.Name, choice.Reason), Is.EqualTo(("obs600", $"{file.Path} is for plathome,obs600")));
    }

    [Test]
    public void A_board_that_was_asked_for_and_is_not_the_tree_s_is_said_to_be_another()
    {
        BoardDescription asked = BoardCatalog.Find("ref405ep")!;
        using TemporaryFile file = new(Tree("plathome,obs600"));
        BootOptions beside = TestBoard.Options with { DtbPath = file.Path };
        Assert.That(BoardChooser.Contradiction(asked, Image(0x10000, ""), beside, Memory),
            Is.EqualTo($"{file.Path} is for plathome,obs600, which is the board obs600"));
        Assert.That(BoardChooser.Contradiction(BoardCatalog.Find("obs600")!, Image(0x10000, ""), beside, Memory), Is.Null);
        Assert.That(BoardChooser.Contradiction(asked, Image(0x10000, "", Tree("amcc,kilauea")), TestBoard.Options, Memory),
            Does.EndWith("which is the board kilauea"));
        using TemporaryFile unknown = new(Tree("none,such"));
        BootOptions other = TestBoard.Options with { DtbPath = unknown.Path };
        Assert.That(BoardChooser.Contradiction(BoardCatalog.Find("walnut")!, Image(0x10000, ""), other, Memory), Is.Null, "nobody knows");
        Assert.That(BoardChooser.Contradiction(asked, Image(0x25000, "Walnut PowerPC 405GP Evaluation Board\0"), TestBoard.Options, Memory), Is.Null,
            "no device tree says so");
    }

    [Test]
    public void What_only_begins_like_a_tree_is_passed_over_and_there_is_an_end_to_trying()
    {
        byte[] magic = [0xd0, 0x0d, 0xfe, 0xed];
        byte[] cut = Tree("plathome,obs600")[..60];
        Assert.That(Choose(Image(0x10000, "", [.. magic, .. cut, .. magic, .. magic, .. Tree("amcc,kilauea")])).Board.Name, Is.EqualTo("kilauea"));
        byte[] many = [.. Enumerable.Repeat(magic, 100_000).SelectMany(one => one), .. Tree("amcc,kilauea")];
        Assert.That(Choose(Image(0x10000, "", many)).Reason, Is.Null);
    }

    [Test]
    public void No_two_boards_have_a_mark_in_common()
    {
        string[] marks = [.. BoardCatalog.All.SelectMany(board => (IEnumerable<string>)[
            board.Name, .. board.Marks.Compatible, .. board.Marks.Greetings, .. board.Marks.LinkedAt is { } at ? [$"{at:x8}"] : (string[])[]])];
        Assert.That(marks, Is.Unique);
        Assert.That(BoardCatalog.All, Has.Count.GreaterThanOrEqualTo(7).And.One.Matches<BoardDescription>(board => board.IsDefault));
        Assert.That(BoardCatalog.Default.Name, Is.EqualTo("ref405ep"));
    }

    [Test]
    public void A_raw_binary_says_nothing_by_its_address() =>
        Assert.That(BoardChooser.Choose(new byte[64], TestBoard.Options with { LoadAddress = 0x10000 }, Memory).Reason, Is.Null);

    [Test]
    public void What_is_no_image_is_refused_by_its_name() =>
        Assert.That(Assert.Throws<InputException>(() => Choose([1, 2, 3]))!.Message, Does.StartWith("image cannot be used"));

    private static BoardChoice Choose(byte[] image) => BoardChooser.Choose(image, TestBoard.Options, Memory);

    private static byte[] Image(uint address, string text, params ReadOnlySpan<byte> rest) =>
        new ElfBuilder { Entry = address }.Segment(address, [0x60, 0, 0, 0, .. Encoding.ASCII.GetBytes(text), 0, .. rest]).Build();

    private static byte[] Tree(string compatible)
    {
        DeviceTree tree = SampleTree.Create();
        tree.Root.SetText("compatible", Encoding.ASCII.GetBytes(compatible.Replace(' ', '\0')));
        return FlattenedTreeWriter.Write(tree);
    }
}
