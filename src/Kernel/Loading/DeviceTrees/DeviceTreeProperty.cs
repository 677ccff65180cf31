using System.Buffers.Binary;
using System.Text;

namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>A property of a device tree node: a name and bytes, which a convention of the name gives a meaning.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The bytes; numbers in it are big-endian.</param>
internal sealed record DeviceTreeProperty(string Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>The value as text up to its terminator; null when it is no text.</summary>
    public string? Text
    {
        get
        {
            ReadOnlySpan<byte> bytes = Value.Span;
            return bytes.IndexOf((byte)0) is var end and >= 0 ? Encoding.Latin1.GetString(bytes[..end]) : null;
        }
    }

    /// <summary>The value as text with all its terminators: a list of names.</summary>
    public string AllText => Encoding.Latin1.GetString(Value.Span);

    /// <summary>The value as one 32-bit cell; null when it is not four bytes long.</summary>
    public uint? Cell => Value.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(Value.Span) : null;
}
