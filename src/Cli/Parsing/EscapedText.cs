using System.Globalization;
using System.Text;
using PpcJit.Kernel;

namespace PpcJit.Cli.Parsing;

/// <summary>Reads text in which control characters are written as in C: <c>\n \r \t \\ \xNN</c>.</summary>
public static class EscapedText
{
    /// <summary>Gives the bytes that a text stands for; characters beyond ASCII as UTF-8.</summary>
    /// <exception cref="InputException">A backslash is followed by something else.</exception>
    public static byte[] Bytes(string option, string text)
    {
        List<byte> bytes = [];
        for (int n = 0; n < text.Length; n++)
        {
            if (text[n] != '\\')
            {
                int length = char.IsHighSurrogate(text[n]) && n + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(n, length)));
                n += length - 1;
                continue;
            }

            char kind = ++n < text.Length ? text[n] : '\0';
            switch (kind)
            {
                case 'n': bytes.Add((byte)'\n'); break;
                case 'r': bytes.Add((byte)'\r'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case '\\': bytes.Add((byte)'\\'); break;
                case 'x' when n + 2 < text.Length
                    && byte.TryParse(text.AsSpan(n + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value):
                    bytes.Add(value);
                    n += 2;
                    break;
                default:
                    throw new InputException(
                        $"{option}: a backslash is followed by n, r, t, x and two hexadecimal digits, or another backslash; see '{text}'.");
            }
        }

        return [.. bytes];
    }
}
