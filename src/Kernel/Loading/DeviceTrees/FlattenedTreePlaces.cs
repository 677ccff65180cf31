using System.Buffers.Binary;
using System.Text;
using PpcJit.Kernel.Texts;

namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>Says what stands at a place of a flattened device tree that may be damaged: a guest may have written over it.</summary>
public static class FlattenedTreePlaces
{
    /// <summary>Finds the property in whose value a byte is.</summary>
    /// <param name="blob">The tree.</param>
    /// <param name="offset">The byte's offset in it.</param>
    /// <returns>The property with its node, as <c>/chosen bootargs</c>, and the byte's offset in it; null where there is none.</returns>
    public static (string Property, int Offset)? Find(ReadOnlySpan<byte> blob, int offset)
    {
        if (Word(blob, 0) != FlattenedTree.Magic)
            return null;
        uint position = Word(blob, 8) ?? uint.MaxValue;
        uint strings = Word(blob, 12) ?? uint.MaxValue;
        List<string> nodes = [];
        while (position < blob.Length && Word(blob, position) is { } token)
        {
            position += sizeof(uint);
            switch (token)
            {
                case FlattenedTree.BeginNode when nodes.Count <= FlattenedTree.DeepestNode:
                    string name = Text(blob, position);
                    nodes.Add(name);
                    position = Aligned(position + (uint)name.Length + 1);
                    break;
                case FlattenedTree.EndNode when nodes.Count > 0:
                    nodes.RemoveAt(nodes.Count - 1);
                    break;
                case FlattenedTree.Property when Word(blob, position) is { } length && Word(blob, position + 4) is { } nameAt:
                    uint value = position + 8;
                    if (length > blob.Length - value)
                        return null;
                    if (offset >= value && offset < value + length)
                        return ($"{Path(nodes)} {TerminalText.Line(Text(blob, strings + nameAt))}", (int)(offset - value));
                    position = Aligned(value + length);
                    break;
                case FlattenedTree.Nothing:
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static string Path(List<string> nodes) => nodes.Count <= 1 ? "/" : TerminalText.Line(string.Join('/', nodes));

    private static uint Aligned(uint position) => (position + 3) & ~3u;

    private static uint? Word(ReadOnlySpan<byte> blob, uint at) =>
        at <= blob.Length - sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(blob[(int)at..]) : null;

    private static string Text(ReadOnlySpan<byte> blob, uint at)
    {
        if (at >= blob.Length)
            return "";
        ReadOnlySpan<byte> rest = blob[(int)at..];
        int end = rest.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]);
    }
}
