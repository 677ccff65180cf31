using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine;

namespace PpcJit.Tests.Support;

/// <summary>Makes U-Boot's FIT images: a kernel, and what else is added, in configurations.</summary>
internal sealed class FitBuilder
{
    private readonly DeviceTree _tree = new();

    /// <summary>Begins with a kernel in a configuration of its own, which is the default one.</summary>
    public FitBuilder(byte[] kernel, string compression = "none", string algorithm = "crc32")
    {
        _tree.Root.SetText("description", "a test"u8);
        _tree.Root.SetCells("#address-cells", 1);
        DeviceTreeNode node = Image("kernel-1", "kernel", kernel, compression, algorithm);
        node.SetCells("load", 0x400000);
        node.SetCells("entry", 0x400004);
        Configurations.SetText("default", "conf-1"u8);
        Configuration("conf-1", ("kernel", "kernel-1"));
    }

    public DeviceTreeNode Images => _tree.Root.ChildOrNew("images");

    public DeviceTreeNode Configurations => _tree.Root.ChildOrNew("configurations");

    /// <summary>Adds an image with its hash.</summary>
    public DeviceTreeNode Image(string name, string type, byte[] data, string compression = "none", string algorithm = "sha1")
    {
        DeviceTreeNode node = Images.ChildOrNew(name);
        node.Set("data", data);
        node.SetText("type", Encoding.ASCII.GetBytes(type));
        node.SetText("arch", "ppc"u8);
        node.SetText("os", "linux"u8);
        node.SetText("compression", Encoding.ASCII.GetBytes(compression));
        DeviceTreeNode hash = node.ChildOrNew("hash-1");
        hash.SetText("algo", Encoding.ASCII.GetBytes(algorithm));
        if (algorithm == "crc32")
            hash.SetCells("value", Crc32.Of(data));
        else
            hash.Set("value", algorithm switch { "md5" => MD5.HashData(data), "sha256" => SHA256.HashData(data), _ => SHA1.HashData(data) });
        return node;
    }

    /// <summary>Adds a configuration.</summary>
    public FitBuilder Configuration(string name, params (string Property, string Image)[] parts)
    {
        DeviceTreeNode node = Configurations.ChildOrNew(name);
        foreach ((string property, string image) in parts)
            node.SetText(property, Encoding.ASCII.GetBytes(image));
        return this;
    }

    public byte[] Build() => FlattenedTreeWriter.Write(_tree);
}
