using System.Buffers.Binary;
using System.Text;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Boards;

/// <summary>
/// Plat'Home's OpenBlockS 600: a small server with a 405EX, 1 GB of memory and two Ethernet ports for 1 Gbit/s (Linux, dts/obs600.dts; NetBSD,
/// evbppc/obs405/obs600_machdep.c).
/// </summary>
public static class OpenBlockS600
{
    /// <summary>The name used on the command line.</summary>
    public const string Name = "obs600";

    private const string Title = "Plat'Home OpenBlockS 600, PPC405EX, 600 MHz";
    private const ulong UsualClock = 600_000_000;
    private const int MacSlot = 8;

    /// <summary>The board, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(
        Name, Title, Create, options => Chip405Ex.Validate(Name, options, UsualClock))
    {
        FlashSizes = [128 << 20],
        UsualMemory = 1 << 30, // NetBSD's kernel takes that for granted
        Firmware = new BootLoader(),
        Marks = new BoardMarks
        {
            Compatible = ["plathome,obs600"],
            Greetings = ["OpenBlockS600 AMCC PowerPC 405EX Board"], // NetBSD's
        },
    };

    private static Board Create(BoardOptions options)
    {
        I2cEeprom addresses = new(0x52, AddressesOf(Ethernet405.AddressOf(0), Ethernet405.AddressOf(1)));
        return Chip405Ex.Ex.Create(Name, Title, options, UsualClock, new Chip405Ex.Surroundings
        {
            UartClockHz = 11_059_200,
            ExternalBanks = [],
            Phy = MiiPhyModel.Bcm5461,
            FirstPhyAddress = 2,
            I2cChips = events => [new I2cChip("EEPROM", addresses), new I2cChip("RTC", new Ds1307(events))],
        });
    }

    /// <summary>What the EEPROM holds: the addresses of the Ethernet ports, in eight bytes each.</summary>
    private static byte[] AddressesOf(params ReadOnlySpan<MacAddress> addresses)
    {
        byte[] contents = new byte[I2cEeprom.Size];
        contents.AsSpan().Fill(0xff);
        for (int n = 0; n < addresses.Length; n++)
            addresses[n].CopyTo(contents.AsSpan(n * MacSlot));
        return contents;
    }

    /// <summary>
    /// How NetBSD's kernel is entered, as a program of U-Boot's: r3 = number of arguments, r4 = their addresses, r5 and r6 = the command line as
    /// one text. The addresses of the Ethernet ports it reads in the EEPROM.
    /// </summary>
    private sealed class BootLoader : IBoardFirmware
    {
        /// <summary>The kernel reads the arguments before it has mapped more than the first 16 MB.</summary>
        private const uint Limit = 16 << 20;

        /// <inheritdoc/>
        public string Name => "argc and argv in r3 and r4";

        /// <inheritdoc/>
        public uint BaudRate => 115200;

        /// <inheritdoc/>
        public string? Objection(Board board, bool hasCommandLine, bool hasInitrd) => !hasInitrd ? null
            : $"The firmware of {board.Name} hands no RAM disk to a kernel without a device tree; --dtb FILE gives one.";

        /// <inheritdoc/>
        public BootRegisters Start(Board board, IHandOver handOver)
        {
            if (board.DevicesOf<I2cEeprom>().FirstOrDefault() is { } eeprom)
                eeprom.Program(AddressesOf([.. board.Ethernet.Select(port => port.Address)]));
            uint stack = handOver.PlaceStack();
            byte[] line = [.. handOver.CommandLine.Span, 0];
            string[] words = ["netbsd", .. Encoding.Latin1.GetString(handOver.CommandLine.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            byte[] texts = Encoding.Latin1.GetBytes(string.Join('\0', words) + '\0');
            uint text = handOver.PlaceBelow("the arguments", texts, Limit, 16);
            byte[] pointers = new byte[4 * (words.Length + 1)];
            int at = 0;
            for (int n = 0; n < words.Length; n++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(pointers.AsSpan(4 * n), text + (uint)at);
                at += words[n].Length + 1;
            }

            uint whole = handOver.PlaceBelow("the command line", line, Limit, 16);
            uint vector = handOver.PlaceBelow("the list of arguments", pointers, Limit, 16);
            return new BootRegisters(stack, (uint)words.Length, vector, whole, whole);
        }
    }
}
