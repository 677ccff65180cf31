using System.Buffers.Binary;
using System.Text;

namespace PpcJit.Machine.Devices.Disk;

/// <summary>What IDENTIFY DEVICE says of a drive: 256 little-endian words (AT Attachment with Packet Interface 6, 8.15).</summary>
internal static class AtaIdentity
{
    private const uint MostSmallSectors = 0x0fffffff;
    private const ushort ValidWords = 0x4000;
    private const ushort PowerManagement = 0x0008;
    private const ushort WriteCache = 0x0020;
    private const ushort LookAhead = 0x0040;
    private const ushort LargeAddresses = 0x0400;
    private const ushort Flush = 0x1000;
    private const ushort FlushExtended = 0x2000;

    /// <summary>Describes a drive.</summary>
    /// <param name="sectors">Its sectors.</param>
    /// <param name="geometry">Its present geometry.</param>
    /// <param name="most">Most sectors of a block of READ or WRITE MULTIPLE.</param>
    /// <param name="multiple">What SET MULTIPLE has set it to; 0 for nothing.</param>
    /// <param name="isCaching">Whether its write cache is on.</param>
    /// <param name="looksAhead">Whether it reads ahead.</param>
    /// <param name="bytes">Takes 512 bytes.</param>
    public static void Describe(ulong sectors, AtaGeometry geometry, int most, int multiple, bool isCaching, bool looksAhead, Span<byte> bytes)
    {
        Words words = new(bytes);
        AtaGeometry usual = AtaGeometry.Usual;
        ulong inGeometry = (ulong)geometry.Cylinders(sectors) * geometry.Heads * geometry.Sectors;
        words[0] = 0x0040; // Fixed drive
        words[1] = usual.Cylinders(sectors);
        words[3] = usual.Heads;
        words[6] = usual.Sectors;
        words.Text(10, 10, "PJ00000001");
        words.Text(23, 4, "1.0");
        words.Text(27, 20, "PpcJit ATA disk");
        words[47] = (ushort)(0x8000 | most);
        words[49] = 0x0a00; // IORDY, linear addresses, no DMA
        words[50] = ValidWords;
        words[53] = 0x0003; // Words 54 to 58 and 64 to 70 are valid
        words[54] = geometry.Cylinders(sectors);
        words[55] = geometry.Heads;
        words[56] = geometry.Sectors;
        words.Wide(57, inGeometry, 2);
        words[59] = (ushort)(multiple == 0 ? 0 : 0x0100 | multiple);
        words.Wide(60, Math.Min(sectors, MostSmallSectors), 2);
        words[64] = 0x0003; // PIO modes 3 and 4
        words[67] = 120; // Nanoseconds of a cycle, without and with IORDY
        words[68] = 120;
        words[80] = 0x0070; // ATA-4, -5 and -6
        words[82] = PowerManagement | WriteCache | LookAhead;
        words[83] = ValidWords | LargeAddresses | Flush | FlushExtended;
        words[84] = ValidWords;
        words[85] = (ushort)(PowerManagement | (isCaching ? WriteCache : 0) | (looksAhead ? LookAhead : 0));
        words[86] = LargeAddresses | Flush | FlushExtended;
        words[87] = ValidWords;
        words.Wide(100, sectors, 4);
        words.Seal();
    }

    private readonly ref struct Words
    {
        private readonly Span<byte> _bytes;

        public Words(Span<byte> bytes)
        {
            _bytes = bytes;
            bytes.Clear();
        }

        public ushort this[int word]
        {
            set => BinaryPrimitives.WriteUInt16LittleEndian(_bytes[(2 * word)..], value);
        }

        public void Wide(int word, ulong value, int count)
        {
            for (int n = 0; n < count; n++)
                this[word + n] = (ushort)(value >> (16 * n));
        }

        /// <summary>Text has its first character in the upper byte of a word, and is filled up with spaces.</summary>
        public void Text(int word, int count, string text)
        {
            byte[] characters = Encoding.ASCII.GetBytes(text.PadRight(2 * count));
            for (int n = 0; n < count; n++)
                this[word + n] = (ushort)((characters[2 * n] << 8) | characters[(2 * n) + 1]);
        }

        /// <summary>The last word has a mark, and what makes the sum of all bytes 0.</summary>
        public void Seal()
        {
            _bytes[510] = 0xa5;
            byte sum = 0;
            foreach (byte one in _bytes[..511])
                sum += one;
            _bytes[511] = (byte)-sum;
        }
    }
}
