using System.Globalization;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>A 48-bit address of an Ethernet interface or group.</summary>
/// <param name="Value">The six bytes as a number, the first byte on the wire being the most significant.</param>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Number of bytes.</summary>
    public const int Length = 6;

    private const ulong GroupBit = 0x010000000000;

    /// <summary>The address of every station.</summary>
    public static MacAddress Broadcast => new(0xffffffffffff);

    /// <summary>Whether it is the address of a group and not of one station.</summary>
    public bool IsGroup => (Value & GroupBit) != 0;

    /// <summary>Reads the address that begins a span.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (byte next in bytes[..Length])
            value = (value << 8) | next;
        return new MacAddress(value);
    }

    /// <summary>Reads <c>02:00:5e:10:00:01</c>, also with <c>-</c> between the bytes.</summary>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        string[] parts = text.Split(':', '-');
        if (parts.Length != Length)
            return false;
        ulong value = 0;
        foreach (string part in parts)
        {
            if (part.Length > 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte next))
                return false;
            value = (value << 8) | next;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>Writes the six bytes.</summary>
    public void CopyTo(Span<byte> target)
    {
        for (int n = 0; n < Length; n++)
            target[n] = (byte)(Value >> (8 * (Length - 1 - n)));
    }

    /// <summary>Gives <c>02:00:5e:10:00:01</c>.</summary>
    public override string ToString()
    {
        ulong value = Value;
        return string.Join(':', Enumerable.Range(1, Length).Select(n => $"{(byte)(value >> (8 * (Length - n))):x2}"));
    }
}
