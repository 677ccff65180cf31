using System.Buffers.Binary;

namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>A node of a device tree, with its properties and children in the order of the file.</summary>
/// <param name="name">Name with its unit address: "serial@ef600300"; empty for the root.</param>
internal sealed class DeviceTreeNode(string name)
{
    private readonly List<DeviceTreeProperty> _properties = [];
    private readonly List<DeviceTreeNode> _children = [];

    /// <summary>Name with its unit address; empty for the root.</summary>
    public string Name => name;

    /// <summary>The properties.</summary>
    public IReadOnlyList<DeviceTreeProperty> Properties => _properties;

    /// <summary>The children.</summary>
    public IReadOnlyList<DeviceTreeNode> Children => _children;

    /// <summary>Finds a property by name; null when there is none.</summary>
    public DeviceTreeProperty? Find(string property) => _properties.Find(known => known.Name == property);

    /// <summary>Finds a child by its full name; null when there is none.</summary>
    public DeviceTreeNode? Child(string child) => _children.Find(known => known.Name == child);

    /// <summary>Finds a child by its full name and makes it when there is none.</summary>
    public DeviceTreeNode ChildOrNew(string child) => Child(child) ?? Add(new DeviceTreeNode(child));

    /// <summary>Appends a child.</summary>
    public DeviceTreeNode Add(DeviceTreeNode child)
    {
        _children.Add(child);
        return child;
    }

    /// <summary>Appends a property whose name the node does not have yet.</summary>
    public void Add(DeviceTreeProperty property) => _properties.Add(property);

    /// <summary>Sets a property: replaces its value in place, or appends it.</summary>
    public void Set(string property, ReadOnlyMemory<byte> value)
    {
        DeviceTreeProperty changed = new(property, value);
        int index = _properties.FindIndex(known => known.Name == property);
        if (index >= 0)
            _properties[index] = changed;
        else
            _properties.Add(changed);
    }

    /// <summary>Sets a property to 32-bit cells.</summary>
    public void SetCells(string property, params ReadOnlySpan<uint> cells)
    {
        byte[] value = new byte[cells.Length * 4];
        for (int n = 0; n < cells.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(n * 4), cells[n]);
        Set(property, value);
    }

    /// <summary>Sets a property to text, with the terminator that device trees want.</summary>
    /// <param name="property">The property.</param>
    /// <param name="text">The text without its terminator.</param>
    public void SetText(string property, ReadOnlySpan<byte> text)
    {
        byte[] value = new byte[text.Length + 1];
        text.CopyTo(value);
        Set(property, value);
    }

    /// <summary>Removes a child if it is there.</summary>
    public void Remove(DeviceTreeNode child) => _children.Remove(child);

    /// <summary>Removes a property if it is there.</summary>
    public void Remove(string property) => _properties.RemoveAll(known => known.Name == property);
}
