using System.Globalization;
using System.Text;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>Numbers and bytes in hexadecimal, as the remote protocol writes them.</summary>
internal static class Hex
{
    /// <summary>Reads a number of at most 32 bits.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && text.Length > 0;

    /// <summary>Reads bytes of two digits each.</summary>
    public static bool TryBytes(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && 2 * written == text.Length;
    }

    /// <summary>Writes bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Writes a text as its bytes.</summary>
    public static string OfText(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a number as the guest's memory holds it.</summary>
    public static string Of(ulong value, int bytes) => value.ToString($"x{2 * bytes}", CultureInfo.InvariantCulture)[^(2 * bytes)..];
}
