namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>Constants of the flattened device tree format, version 17 (Devicetree Specification, chapter 5).</summary>
internal static class FlattenedTree
{
    /// <summary>The first word of every blob.</summary>
    public const uint Magic = 0xd00dfeed;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 40;

    /// <summary>Version of the format that is written.</summary>
    public const uint Version = 17;

    /// <summary>Oldest version whose readers understand what is written, and oldest that is read.</summary>
    public const uint CompatibleVersion = 16;

    /// <summary>Largest blob: Linux takes no larger one.</summary>
    public const int LargestBlob = 2 << 20;

    /// <summary>Deepest nesting of nodes: far more than any board has, and few enough to recurse over.</summary>
    public const int DeepestNode = 64;

    /// <summary>Longest name of a node or property: eight times what the specification allows.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Token: a node begins; its name follows.</summary>
    public const uint BeginNode = 1;

    /// <summary>Token: a node ends.</summary>
    public const uint EndNode = 2;

    /// <summary>Token: a property; length, name offset and value follow.</summary>
    public const uint Property = 3;

    /// <summary>Token: nothing.</summary>
    public const uint Nothing = 4;

    /// <summary>Token: the tree ends.</summary>
    public const uint End = 9;
}
