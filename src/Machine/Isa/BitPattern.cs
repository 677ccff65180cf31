namespace PpcJit.Machine.Isa;

/// <summary>A 32-bit pattern in the notation of <see cref="InstructionTable"/>, taken apart.</summary>
internal readonly struct BitPattern
{
    /// <summary>Takes a pattern apart.</summary>
    /// <exception cref="ArgumentException">The text does not describe 32 bits, or a field is in two pieces.</exception>
    public BitPattern(string text)
    {
        Span<OperandField> fields = stackalloc OperandField[32];
        int count = 0, bits = 0;
        char previous = '\0';
        foreach (char c in text)
        {
            if (c == ' ')
                continue;
            if (++bits > 32)
                break;
            uint bit = 1u << (32 - bits);
            switch (c)
            {
                case '0':
                    Fixed |= bit;
                    break;
                case '1':
                    Fixed |= bit;
                    Value |= bit;
                    break;
                case '/':
                    Ignored |= bit;
                    break;
                default:
                    if (c == previous)
                        fields[count - 1] = new(c, 32 - bits, fields[count - 1].Width + 1);
                    else if (Contains(fields[..count], c))
                        throw new ArgumentException($"Field '{c}' is in two pieces in the pattern \"{text}\".", nameof(text));
                    else
                        fields[count++] = new(c, 32 - bits, 1);
                    break;
            }

            previous = c;
        }

        if (bits != 32)
            throw new ArgumentException($"The pattern \"{text}\" is not 32 bits long.", nameof(text));
        Fields = fields[..count].ToArray();
    }

    /// <summary>The bits that select the instruction.</summary>
    public uint Fixed { get; }

    /// <summary>The values of the fixed bits.</summary>
    public uint Value { get; }

    /// <summary>The bits that the processor ignores.</summary>
    public uint Ignored { get; }

    /// <summary>The named fields, from left to right.</summary>
    public OperandField[] Fields { get; }

    private static bool Contains(ReadOnlySpan<OperandField> fields, char letter)
    {
        foreach (OperandField field in fields)
            if (field.Letter == letter)
                return true;
        return false;
    }
}
