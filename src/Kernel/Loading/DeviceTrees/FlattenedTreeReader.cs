using System.Text;

namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>
/// Reads a flattened device tree, strictly: what a kernel might stumble over is refused here, with a reason.
/// </summary>
internal sealed class FlattenedTreeReader
{
    private readonly ImageBytes _file;
    private readonly ImageBytes _structure;
    private readonly ImageBytes _strings;
    private long _position;

    private FlattenedTreeReader(ImageBytes file, ImageBytes structure, ImageBytes strings)
    {
        _file = file;
        _structure = structure;
        _strings = strings;
    }

    /// <summary>Reads a blob.</summary>
    /// <param name="file">The file; what follows the blob is left alone.</param>
    /// <param name="largest">Most bytes that it may have.</param>
    /// <exception cref="InputException">It is not a well-formed device tree.</exception>
    public static DeviceTree Read(ImageBytes file, int largest = FlattenedTree.LargestBlob)
    {
        if (file.Length < 4 || file.Word(0, "the header") != FlattenedTree.Magic)
            throw file.Bad("it is not a flattened device tree (dtc makes one: dtc -O dtb)");
        file.Slice(0, FlattenedTree.HeaderSize, "the device tree's header");
        uint total = Header(file, 1);
        if (total > largest)
            throw file.Bad($"its header says {total} bytes, and a device tree has at most {largest >> 20} MB");
        ImageBytes blob = new(file.Name, file.Slice(0, total, "the device tree"));
        uint version = Header(file, 5);
        if (version < FlattenedTree.CompatibleVersion || Header(file, 6) > FlattenedTree.Version)
            throw file.Bad($"its format version {version} is not {FlattenedTree.CompatibleVersion} or {FlattenedTree.Version}");
        uint structure = Header(file, 2);
        uint structureSize = version >= FlattenedTree.Version ? Header(file, 9) : total - Math.Min(total, structure);
        if ((structure & 3) != 0)
            throw file.Bad("its structure block is not aligned to 4 bytes");
        FlattenedTreeReader reader = new(
            file,
            new ImageBytes(file.Name, blob.Slice(structure, structureSize, "the device tree's structure block")),
            new ImageBytes(file.Name, blob.Slice(Header(file, 3), Header(file, 8), "the device tree's strings block")));
        return new DeviceTree { Root = reader.ReadTree(), Reservations = ReadReservations(blob), BootCpu = Header(file, 7) };
    }

    private static uint Header(ImageBytes file, int word) => file.Word(word * 4, "the device tree's header");

    private static List<MemoryReservation> ReadReservations(ImageBytes blob)
    {
        const string What = "the device tree's memory reservations";
        List<MemoryReservation> reservations = [];
        long at = Header(blob, 4);
        if ((at & 7) != 0)
            throw blob.Bad("its memory reservation block is not aligned to 8 bytes");
        for (; ; at += 16)
        {
            ulong address = ((ulong)blob.Word(at, What) << 32) | blob.Word(at + 4, What);
            ulong size = ((ulong)blob.Word(at + 8, What) << 32) | blob.Word(at + 12, What);
            if (address == 0 && size == 0)
                return reservations;
            reservations.Add(new MemoryReservation(address, size));
        }
    }

    private DeviceTreeNode ReadTree()
    {
        if (NextToken() != FlattenedTree.BeginNode)
            throw Bad("it does not begin with a root node");
        DeviceTreeNode root = ReadNode(0);
        if (root.Name.Length != 0)
            throw Bad("its root node has a name");
        return NextToken() == FlattenedTree.End ? root : throw Bad("something follows its root node");
    }

    private DeviceTreeNode ReadNode(int depth)
    {
        if (depth > FlattenedTree.DeepestNode)
            throw Bad($"its nodes are nested deeper than {FlattenedTree.DeepestNode} levels");
        string name = TextAt(_structure, _position, "a node's name");
        Advance(name.Length + 1);
        DeviceTreeNode node = new(name);
        HashSet<string> names = new(StringComparer.Ordinal);
        while (true)
        {
            switch (NextToken())
            {
                case FlattenedTree.Property:
                    ReadProperty(node, names);
                    break;
                case FlattenedTree.BeginNode:
                    DeviceTreeNode child = node.Add(ReadNode(depth + 1));
                    if (child.Name.Length == 0 || !names.Add("/" + child.Name))
                        throw Bad($"its node '{name}' has two children of one name or one without a name");
                    break;
                case FlattenedTree.EndNode:
                    return node;
                default:
                    throw Bad($"its node '{name}' does not end");
            }
        }
    }

    private void ReadProperty(DeviceTreeNode node, HashSet<string> names)
    {
        uint length = _structure.Word(_position, "a property");
        uint nameOffset = _structure.Word(_position + 4, "a property");
        ReadOnlyMemory<byte> value = _structure.Slice(_position + 8, length, "a property's value");
        Advance(8 + (long)length);
        string name = TextAt(_strings, nameOffset, "a property's name");
        if (name.Length == 0)
            throw Bad($"its node '{node.Name}' has a property without a name");
        if (node.Children.Count != 0)
            throw Bad($"its node '{node.Name}' has properties after its children");
        if (!names.Add(name))
            throw Bad($"its node '{node.Name}' has the property '{name}' twice");
        node.Add(new DeviceTreeProperty(name, value));
    }

    private uint NextToken()
    {
        uint token;
        do
        {
            token = _structure.Word(_position, "its structure");
            _position += 4;
        }
        while (token == FlattenedTree.Nothing);
        return token;
    }

    private void Advance(long bytes) => _position = (_position + bytes + 3) & ~3L;

    private static string TextAt(ImageBytes block, long offset, string what)
    {
        ReadOnlySpan<byte> rest = block.Slice(offset, Math.Max(0, block.Length - offset), what).Span;
        rest = rest[..Math.Min(rest.Length, FlattenedTree.MaxNameLength + 1)];
        int length = rest.IndexOf((byte)0);
        return length >= 0
            ? Encoding.Latin1.GetString(rest[..length])
            : throw block.Bad($"it is truncated or damaged: {what} does not end");
    }

    private InputException Bad(string reason) => _file.Bad("it is a damaged device tree: " + reason);
}
