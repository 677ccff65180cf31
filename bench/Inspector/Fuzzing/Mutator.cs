namespace PpcJit.Inspector.Fuzzing;

/// <summary>Makes inputs that are almost right.</summary>
internal static class Mutator
{
    private const int MaxChanges = 4;
    private const int LongestPiece = 24;
    private const int MaxRepetitions = 200;

    /// <summary>What parsers stumble over: ends of ranges of numbers, and what opens, closes or separates something.</summary>
    private static readonly byte[][] Tokens =
    [
        [0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            [0x1b, 0x5b],
        .. new[]
        {
            "-1", "18446744073709551616", "4294967295", "0x", "1e9", "[", "]", "{", "}", "(", ")", "\"", "'", "\n", "\r\n", "\t", " ", "${a}", "*i",
            "&i", ": ", "? ", "- ", ",,", ",",
            "=", "::", "#", "$", "%", "null", "!!", "\\x", "\\", "..", "/", "\ufffd", "e\u0301",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    /// <summary>Changes an input in one place or a few.</summary>
    /// <param name="sample">An input that is right.</param>
    /// <param name="other">Another one, from which pieces are taken.</param>
    /// <param name="random">Where chance comes from.</param>
    public static byte[] Mutate(byte[] sample, byte[] other, Random random)
    {
        List<byte> bytes = [.. sample];
        for (int changes = random.Next(1, MaxChanges + 1); changes > 0 && bytes.Count > 0; changes--)
            Change(bytes, other, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, byte[] other, Random random)
    {
        int at = random.Next(bytes.Count);
        int length = Math.Min(random.Next(1, LongestPiece), bytes.Count - at);
        byte[] token = Tokens[random.Next(Tokens.Length)];
        switch (random.Next(9))
        {
            case 0: bytes[at] = (byte)random.Next(256); break;
            case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: bytes.RemoveRange(at, length); break;
            case 3: bytes.RemoveRange(at, bytes.Count - at); break;
            case 4: bytes.InsertRange(at, token); break;
            case 5: bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length)); break;
            case 6: bytes.InsertRange(at, Enumerable.Repeat(bytes.GetRange(at, length), random.Next(1, MaxRepetitions)).SelectMany(block =>
                block)); break;
            case 7: bytes.InsertRange(at, other.Skip(random.Next(other.Length)).Take(length)); break;
            default: Overwrite(bytes, at, token); break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] token)
    {
        for (int n = 0; n < token.Length && at + n < bytes.Count; n++)
            bytes[at + n] = token[n];
    }
}
