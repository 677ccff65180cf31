using System.Text;
using PpcJit.Kernel.Booting;

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
    [TestCase("\0ibm,walnut\0est,hotfoot", "walnut")]
    [TestCase("\0ppcjit,ref405ep\0", "ref405ep")]
    public void The_name_of_a_board_in_the_image_counts_more_than_the_address(string text, string board)
    {
        BoardChoice choice = Choose(Compressed.Gzip(Image(0x25000, text)));
        Assert.That(choice.Board.Name, Is.EqualTo(board));
        Assert.That(choice.Reason, Does.Contain(text.Trim('\0', '\n').Split('\0')[0]));
    }

    [Test]
    public void A_raw_binary_says_nothing_by_its_address() =>
        Assert.That(BoardChooser.Choose(new byte[64], TestBoard.Options with { LoadAddress = 0x10000 }, Memory).Reason, Is.Null);

    [Test]
    public void What_is_no_image_is_refused_by_its_name() =>
        Assert.That(Assert.Throws<InputException>(() => Choose([1, 2, 3]))!.Message, Does.StartWith("image cannot be used"));

    private static BoardChoice Choose(byte[] image) => BoardChooser.Choose(image, TestBoard.Options, Memory);

    private static byte[] Image(uint address, string text) =>
        new ElfBuilder { Entry = address }.Segment(address, [0x60, 0, 0, 0, .. Encoding.ASCII.GetBytes(text), 0]).Build();
}
