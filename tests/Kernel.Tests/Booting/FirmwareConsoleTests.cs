using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Tests.Booting;

[TestFixture]
internal sealed class FirmwareConsoleTests
{
    [Test]
    public void The_firmware_leaves_the_console_at_115200_baud_with_8_data_bits()
    {
        using Board board = BoardCatalog.Find(DemoGuest.BoardName)!.Create(new BoardOptions());
        GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, new BootOptions { ImagePath = DemoGuest.DisplayName });
        IMmioDevice registers = board.Console!;
        Assert.That(registers.Read(3, 1), Is.EqualTo(0x03), "LCR");
        registers.Write(3, 1, 0x83);
        uint divisor = (registers.Read(1, 1) << 8) | registers.Read(0, 1);
        Assert.That(divisor, Is.EqualTo(3), "the nearest to 4.76 MHz / 16 / 115200");
    }
}
