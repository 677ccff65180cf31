using System.Globalization;
using System.Text;

namespace PpcJit.Kernel.Texts;

/// <summary>
/// Makes texts of guests, images, scenario files and recordings fit to be shown. What a terminal would obey, or what
/// would reorder the text around it, is shown as <c>\x1b</c> or <c>\u202e</c>; all else stays as it is.
/// </summary>
public static class TerminalText
{
    /// <summary>Escapes a text of several lines: line feeds and tabs stay.</summary>
    public static string Escape(string text) => Escape(text, character => character is '\n' or '\t');

    /// <summary>Escapes a text that is one line, or a part of one: line feeds and tabs are escaped too.</summary>
    public static string Line(string text) => Escape(text, _ => false);

    /// <summary>
    /// Reads bytes as UTF-8. Other bytes are shown as <c>\xNN</c>, as controls are; line feeds, also after a carriage
    /// return, and tabs stay.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
            return Encoding.ASCII.GetString(bytes);
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
            {
                for (int n = 0; n < length; n++)
                    Append(text, bytes[n]);
            }
            else if (rune.Value != '\r' || bytes.Length < 2 || bytes[1] != '\n')
            {
                text.Append(rune.ToString());
            }

            bytes = bytes[length..];
        }

        return Escape(text.ToString());
    }

    /// <summary>Reads a text of which each character stands for a byte, as <see cref="Decode"/> does.</summary>
    public static string DecodeBytes(string text) => Decode(Encoding.Latin1.GetBytes(text));

    /// <summary>Escapes controls and what reorders text, but for characters that may stay.</summary>
    internal static string Escape(string text, Func<char, bool> stays)
    {
        StringBuilder? escaped = null;
        for (int n = 0; n < text.Length; n++)
        {
            bool pair = char.IsHighSurrogate(text[n]) && n + 1 < text.Length && char.IsLowSurrogate(text[n + 1]);
            if (pair || stays(text[n]) || !IsHarmful(text[n]))
            {
                escaped?.Append(text, n, pair ? 2 : 1);
                n += pair ? 1 : 0;
                continue;
            }

            escaped ??= new StringBuilder(text, 0, n, text.Length + 16);
            Append(escaped, text[n]);
        }

        return escaped?.ToString() ?? text;
    }

    private static void Append(StringBuilder text, int code) =>
        text.Append(code < 0x100 ? "\\x" : "\\u").Append(code.ToString(code < 0x100 ? "x2" : "x4", CultureInfo.InvariantCulture));

    /// <summary>
    /// C0 and C1 controls, half surrogate pairs, what is no character, line separators, and what changes the direction
    /// of text.
    /// </summary>
    private static bool IsHarmful(char character) =>
        char.IsControl(character) || char.IsSurrogate(character)
        || character is '\ufffe' or '\uffff' or '\u2028' or '\u2029' or '\u200e' or '\u200f' or '\u061c'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
