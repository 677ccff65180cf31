using System.Buffers.Binary;
using System.Text;

namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>Writes a device tree as a blob, block for block as the device tree compiler does.</summary>
internal sealed class FlattenedTreeWriter
{
    private readonly MemoryStream _structure = new();
    private readonly MemoryStream _strings = new();

    private FlattenedTreeWriter()
    {
    }

    /// <summary>Makes a blob.</summary>
    public static byte[] Write(DeviceTree tree)
    {
        FlattenedTreeWriter writer = new();
        writer.WriteNode(tree.Root);
        writer.WriteWord(FlattenedTree.End);
        return writer.Assemble(tree);
    }

    private byte[] Assemble(DeviceTree tree)
    {
        int reservations = FlattenedTree.HeaderSize;
        int structure = reservations + (16 * (tree.Reservations.Count + 1));
        int strings = structure + (int)_structure.Length;
        int total = strings + (int)_strings.Length;
        byte[] blob = new byte[total];
        ReadOnlySpan<uint> header =
        [
            FlattenedTree.Magic, (uint)total, (uint)structure, (uint)strings, (uint)reservations,
            FlattenedTree.Version, FlattenedTree.CompatibleVersion, tree.BootCpu, (uint)_strings.Length, (uint)_structure.Length,
        ];
        for (int n = 0; n < header.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(n * 4), header[n]);
        for (int n = 0; n < tree.Reservations.Count; n++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(blob.AsSpan(reservations + (n * 16)), tree.Reservations[n].Address);
            BinaryPrimitives.WriteUInt64BigEndian(blob.AsSpan(reservations + (n * 16) + 8), tree.Reservations[n].Size);
        }

        _structure.GetBuffer().AsSpan(0, (int)_structure.Length).CopyTo(blob.AsSpan(structure));
        _strings.GetBuffer().AsSpan(0, (int)_strings.Length).CopyTo(blob.AsSpan(strings));
        return blob;
    }

    private void WriteNode(DeviceTreeNode node)
    {
        WriteWord(FlattenedTree.BeginNode);
        WritePadded(Encoding.Latin1.GetBytes(node.Name + '\0'));
        foreach (DeviceTreeProperty property in node.Properties)
        {
            WriteWord(FlattenedTree.Property);
            WriteWord((uint)property.Value.Length);
            WriteWord(NameOffset(property.Name));
            WritePadded(property.Value.Span);
        }

        foreach (DeviceTreeNode child in node.Children)
            WriteNode(child);
        WriteWord(FlattenedTree.EndNode);
    }

    /// <summary>
    /// Finds a property's name among those written, as the tail of a longer one if need be, and appends it when it is
    /// new.
    /// </summary>
    private uint NameOffset(string name)
    {
        byte[] text = Encoding.Latin1.GetBytes(name + '\0');
        int known = _strings.GetBuffer().AsSpan(0, (int)_strings.Length).IndexOf(text);
        if (known >= 0)
            return (uint)known;
        uint offset = (uint)_strings.Length;
        _strings.Write(text);
        return offset;
    }

    private void WriteWord(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _structure.Write(bytes);
    }

    private void WritePadded(ReadOnlySpan<byte> bytes)
    {
        _structure.Write(bytes);
        while ((_structure.Length & 3) != 0)
            _structure.WriteByte(0);
    }
}
