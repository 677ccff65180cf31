using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Loading.Compression;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading;

/// <summary>
/// Reads U-Boot's flattened image trees ("FIT", .itb; Flat Image Tree Specification 0.8): a device tree with images, and configurations that say
/// which of them belong together. Hashes are compared; signatures are not looked at.
/// </summary>
/// <remarks>
/// Where a RAM disk and a device tree go is chosen as for those of options, whatever load addresses they have. A RAM disk is handed over compressed
/// as it is: the kernel decompresses it.
/// </remarks>
internal sealed class FitImage
{
    private const string Images = "/images";
    private const string Configurations = "/configurations";

    private readonly ImageBytes _file;
    private readonly uint _memorySize;
    private readonly DeviceTree _tree;

    private FitImage(ImageBytes file, uint memorySize)
    {
        _file = file;
        _memorySize = memorySize;
        _tree = FlattenedTreeReader.Read(file, file.Length);
    }

    /// <summary>Whether a file is such a tree: a device tree with images, sound or not.</summary>
    public static bool IsFit(ImageBytes file)
    {
        if (file.Memory.Span is not [0xd0, 0x0d, 0xfe, 0xed, ..])
            return false;
        try
        {
            return FlattenedTreeReader.Read(file, file.Length).Find(Images) is not null;
        }
        catch (InputException)
        {
            return file.Memory.Span.IndexOf("images\0"u8) >= 0; // A damaged one: its strings still say what it is
        }
    }

    /// <summary>Reads the images of a configuration.</summary>
    /// <param name="file">The file.</param>
    /// <param name="memorySize">Bytes of the board's RAM: no image may decompress to more.</param>
    /// <param name="configuration">The configuration's name; null for the default one, or the only one.</param>
    /// <exception cref="InputException">It is damaged, or has no such configuration or no kernel for this processor.</exception>
    public static LoadableImage Read(ImageBytes file, uint memorySize, string? configuration) =>
        new FitImage(file, memorySize).Read(configuration);

    private LoadableImage Read(string? asked)
    {
        DeviceTreeNode configuration = Choose(asked);
        string kernelName = Name(configuration, "kernel")
            ?? throw Bad($"its configuration '{configuration.Name}' has no kernel");
        DeviceTreeNode kernel = Image(kernelName, "kernel", "standalone");
        uint load = Address(kernel, "load") ?? throw Bad($"its kernel '{kernelName}' has no load address");
        ImageBytes payload = Unpacked(kernel, out CompressionMethod? compression);
        if (payload.Length == 0)
            throw Bad($"its kernel '{kernelName}' is empty");
        List<ImageSegment> segments = [new ImageSegment(load, payload.Memory, (uint)payload.Length)];
        foreach (string name in Names(configuration, "loadables"))
            segments.Add(Loadable(name));
        segments.Sort((left, right) => left.Address.CompareTo(right.Address));

        string description = Printable(_tree.Root.Find("description")?.Text ?? kernelName);
        string method = compression is null ? string.Empty : $" ({compression.Name})";
        return new LoadableImage(
            $"FIT image '{description}', configuration '{Printable(configuration.Name)}'{method}", segments, Address(kernel, "entry") ?? load, null)
        {
            Initrd = Name(configuration, "ramdisk") is { } disk ? Checked(Image(disk, "ramdisk")) : null,
            DeviceTree = Name(configuration, "fdt") is { } tree ? Unpacked(Image(tree, "flat_dt"), out _) : null,
        };
    }

    private DeviceTreeNode Choose(string? asked)
    {
        DeviceTreeNode[] all = [.. _tree.Find(Configurations)?.Children ?? []];
        string names = string.Join(", ", all.Select(node => Printable(node.Name)));
        if (all.Length == 0)
            throw Bad("it is a FIT image without configurations, which say what belongs together");
        if (asked is null && _tree.Find(Configurations)!.Find("default")?.Text is { } usual)
        {
            return Array.Find(all, node => node.Name == usual)
                ?? throw Bad($"its default configuration '{Printable(usual)}' is not there; there is: {names}");
        }

        if (asked is null)
            return all.Length == 1 ? all[0] : throw Bad($"it says no default of its configurations {names}; --fit-config NAME chooses one");
        return Array.Find(all, node => node.Name == asked)
            ?? throw new InputException(
                $"{_file.Name} has no configuration '{asked}'; there is: {names}.{NearestName.Question(asked, all.Select(node => node.Name))}");
    }

    private ImageSegment Loadable(string name)
    {
        DeviceTreeNode node = Image(name);
        uint load = Address(node, "load") ?? throw Bad($"its image '{Printable(name)}', which is to be loaded, has no load address");
        ImageBytes contents = Unpacked(node, out _);
        return new ImageSegment(load, contents.Memory, (uint)contents.Length);
    }

    /// <summary>Finds an image, and checks that it is of one of some types, and for this processor.</summary>
    private DeviceTreeNode Image(string name, params string[] types)
    {
        DeviceTreeNode node = _tree.Find(Images)?.Child(name) ?? throw Bad($"its image '{Printable(name)}' is not there");
        string type = node.Find("type")?.Text ?? "no type";
        if (types.Length > 0 && !types.Contains(type))
            throw Bad($"its image '{Printable(name)}' is of type '{Printable(type)}', not {string.Join(" or ", types)}");
        return node.Find("arch")?.Text is null or "ppc" or "powerpc"
            ? node
            : throw Bad($"its image '{Printable(name)}' is for another processor ({Printable(node.Find("arch")!.Text!)})");
    }

    private ImageBytes Unpacked(DeviceTreeNode image, out CompressionMethod? method)
    {
        ImageBytes data = Checked(image);
        method = null;
        if (image.Find("compression")?.Text is not { } name || name == "none")
            return data;
        method = CompressionMethod.All.FirstOrDefault(known => known.Name == name)
            ?? throw Bad($"its image '{Printable(image.Name)}' is compressed with '{Printable(name)}'; there are {CompressionMethod.Names}");
        return method.Decompress(data, _memorySize);
    }

    /// <summary>Gives an image's data when its hashes are right.</summary>
    private ImageBytes Checked(DeviceTreeNode image)
    {
        ImageBytes data = new(_file.Name, Data(image));
        foreach (DeviceTreeNode hash in image.Children.Where(child => child.Name.StartsWith("hash", StringComparison.Ordinal)))
        {
            string algorithm = hash.Find("algo")?.Text ?? "none";
            if (hash.Find("uboot-ignore") is not null)
                continue;
            byte[] computed = Hash(algorithm, data.Memory.Span)
                ?? throw Bad($"its image '{Printable(image.Name)}' has a hash '{Printable(algorithm)}', which is not known here");
            if (hash.Find("value") is not { } value || !value.Value.Span.SequenceEqual(computed))
                throw Bad($"it is damaged: the {algorithm} of its image '{Printable(image.Name)}' does not match");
        }

        return data;
    }

    /// <summary>The data stand in the tree, or behind it, aligned to 4 bytes.</summary>
    private ReadOnlyMemory<byte> Data(DeviceTreeNode image)
    {
        string what = $"the data of its image '{Printable(image.Name)}'";
        if (image.Find("data") is { } inside)
            return inside.Value;
        uint size = image.Find("data-size")?.Cell ?? throw Bad($"its image '{Printable(image.Name)}' has no data");
        if (image.Find("data-position")?.Cell is { } position)
            return _file.Slice(position, size, what);
        long end = (_file.Word(4, "the header") + 3L) & ~3L;
        return image.Find("data-offset")?.Cell is { } offset
            ? _file.Slice(end + offset, size, what)
            : throw Bad($"its image '{Printable(image.Name)}' has no data");
    }

    private static byte[]? Hash(string algorithm, ReadOnlySpan<byte> data) => algorithm switch
    {
        "crc32" => BigEndian(Crc32.Of(data)),
        "md5" => MD5.HashData(data),
        "sha1" => SHA1.HashData(data),
        "sha256" => SHA256.HashData(data),
        "sha384" => SHA384.HashData(data),
        "sha512" => SHA512.HashData(data),
        _ => null,
    };

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>An address of one cell or two, of which the first is 0.</summary>
    private uint? Address(DeviceTreeNode image, string property)
    {
        if (image.Find(property) is not { } found)
            return null;
        ImageBytes value = new(_file.Name, found.Value);
        return (value.Length == 4 || value.Length == 8) && (value.Length == 4 || value.Word(0, property) == 0)
            ? value.Word(value.Length - 4, property)
            : throw Bad($"its image '{Printable(image.Name)}' has no address in '{property}'");
    }

    /// <summary>Gives the one name of a property; null when it has none.</summary>
    private string? Name(DeviceTreeNode configuration, string property)
    {
        string[] names = Names(configuration, property);
        return names.Length <= 1
            ? names.FirstOrDefault()
            : throw Bad($"its configuration '{Printable(configuration.Name)}' has more than one {property}, of which only one can be handed over");
    }

    private static string[] Names(DeviceTreeNode configuration, string property) =>
        configuration.Find(property)?.AllText.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private InputException Bad(string reason) => _file.Bad(reason);

    private static string Printable(string text)
    {
        StringBuilder printable = new();
        foreach (char letter in text.Length > 64 ? text[..64] : text)
            printable.Append(letter is >= ' ' and < '\x7f' ? letter : '?');
        return printable.ToString();
    }
}
