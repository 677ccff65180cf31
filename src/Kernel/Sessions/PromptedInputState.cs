using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="PromptedInput"/> was at some time.</summary>
/// <param name="Waiting">The bytes that had not entered.</param>
/// <param name="Shown">What the guest had sent since something entered, as far as it counts.</param>
/// <param name="LastActivity">The count of the last byte in either direction.</param>
/// <param name="Last">The last byte that the guest sent.</param>
/// <param name="LastButOne">The one before.</param>
/// <param name="WithinLine">Whether a line had begun to enter.</param>
internal sealed record PromptedInputState(WaitingKey[] Waiting, byte[] Shown, ulong LastActivity, byte Last, byte LastButOne, bool WithinLine)
{
    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static PromptedInputState Load(StateReader reader)
    {
        WaitingKey[] waiting = new WaitingKey[Length(reader)];
        for (int n = 0; n < waiting.Length; n++)
        {
            byte value = reader.ReadByte();
            waiting[n] = new WaitingKey(value, reader.ReadBoolean() ? Bytes(reader) : null);
        }

        return new PromptedInputState(waiting, Bytes(reader), reader.ReadUInt64(), reader.ReadByte(), reader.ReadByte(), reader.ReadBoolean());
    }

    /// <summary>Writes all of it.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Waiting.Length);
        foreach (WaitingKey key in Waiting)
        {
            writer.Write(key.Value);
            writer.Write(key.Prompt is not null);
            if (key.Prompt is not null)
                Write(writer, key.Prompt);
        }

        Write(writer, Shown);
        writer.Write(LastActivity);
        writer.Write(Last);
        writer.Write(LastButOne);
        writer.Write(WithinLine);
    }

    private static int Length(StateReader reader) => reader.ReadInt32() is var length && length >= 0 && length <= reader.Remaining
        ? length : throw new InvalidDataException($"{length} is no length of what follows.");

    private static byte[] Bytes(StateReader reader)
    {
        byte[] bytes = new byte[Length(reader)];
        reader.ReadBytes(bytes);
        return bytes;
    }

    private static void Write(StateWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.AsSpan());
    }
}

/// <summary>A byte that has not entered yet.</summary>
/// <param name="Value">The byte.</param>
/// <param name="Prompt">What the guest must have sent before it enters; null for the rule of <see cref="PromptedInput"/>.</param>
internal sealed record WaitingKey(byte Value, byte[]? Prompt);
