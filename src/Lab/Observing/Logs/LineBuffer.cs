using System.Buffers.Text;
using System.Text;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Collects lines as UTF-8, many times a microsecond.</summary>
internal sealed class LineBuffer
{
    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    private byte[] _bytes = new byte[1 << 16];

    /// <summary>Bytes collected.</summary>
    public int Length { get; set; }

    /// <summary>What was collected.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Appends bytes.</summary>
    public LineBuffer Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
        return this;
    }

    /// <summary>Appends a text.</summary>
    public LineBuffer Add(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));
        return this;
    }

    /// <summary>Appends a number as <c>0x0000001c</c>.</summary>
    public LineBuffer Hex(uint value, int digits = 8)
    {
        Span<byte> room = Room(digits + 2);
        room[0] = (byte)'0';
        room[1] = (byte)'x';
        for (int n = digits + 1; n > 1; n--, value >>= 4)
            room[n] = Digits[(int)(value & 0xf)];
        Length += digits + 2;
        return this;
    }

    /// <summary>Appends a number as <c>0x1c</c>.</summary>
    public LineBuffer ShortHex(uint value) => Hex(value, Math.Max(1, (35 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 4));

    /// <summary>Appends a number in decimal.</summary>
    public LineBuffer Decimal(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out int length);
        Length += length;
        return this;
    }

    /// <summary>Appends a count as <c>@41,233,107</c>, and <c>+2</c> after two exceptions.</summary>
    public LineBuffer Moment(ulong count, int exceptions = 0)
    {
        Span<byte> digits = stackalloc byte[27];
        int at = digits.Length;
        int group = 0;
        do
        {
            if (group == 3)
            {
                digits[--at] = (byte)',';
                group = 0;
            }

            (count, ulong digit) = Math.DivRem(count, 10);
            digits[--at] = (byte)('0' + digit);
            group++;
        }
        while (count != 0);
        digits[--at] = (byte)'@';
        Add(digits[at..]);
        return exceptions > 0 ? Add("+"u8).Decimal(exceptions) : this;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        return _bytes.AsSpan(Length);
    }
}
