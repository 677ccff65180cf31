namespace PpcJit.Machine.Isa;

/// <summary>A 32-bit pattern in the notation of <see cref="InstructionTable"/>, taken apart.</summary>
internal readonly struct BitPattern
{
    /// <summary>Takes a pattern apart.</summary>
    /// <exception cref="ArgumentException">The text does not describe 32 bits, or a field is in two pieces.</exception>
    public BitPattern(string text)
    {
        // Arrays, not spans of OperandField: a generic instance of our own struct is not compiled ahead, and would cost
        // every start a millisecond.
        OperandField[] found = new OperandField[32];
        int count = 0, bits = 0;
        char previous = '\0';
        foreach (char c in text)
        {
            if (c == ' ')
                continue;
            if (++bits > 32)
                break;
            uint bit = 1u << (32 - bits);
            if (c is '0' or '1')
                Fixed |= bit;
            if (c == '1')
                Value |= bit;
            if (c == '/')
                Ignored |= bit;
            if (c is not ('0' or '1' or '/'))
            {
                if (c == previous)
                    count--;
                else if (Contains(found, count, c))
                    throw new ArgumentException($"Field '{c}' is in two pieces in the pattern \"{text}\".", nameof(text));
                found[count] = new(c, 32 - bits, found[count].Width + 1);
                count++;
            }

            previous = c;
        }

        if (bits != 32)
            throw new ArgumentException($"The pattern \"{text}\" is not 32 bits long.", nameof(text));
        Fields = new OperandField[count];
        Array.Copy(found, Fields, count);
    }

    /// <summary>The bits that select the instruction.</summary>
    public uint Fixed { get; }

    /// <summary>The values of the fixed bits.</summary>
    public uint Value { get; }

    /// <summary>The bits that the processor ignores.</summary>
    public uint Ignored { get; }

    /// <summary>The named fields, from left to right.</summary>
    public OperandField[] Fields { get; }

    private static bool Contains(OperandField[] fields, int count, char letter)
    {
        for (int i = 0; i < count; i++)
            if (fields[i].Letter == letter)
                return true;
        return false;
    }
}
