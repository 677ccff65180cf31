using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>The board that an image is for.</summary>
/// <param name="Board">The board.</param>
/// <param name="Reason">What in the image says so, for people; null when nothing does and it is the default.</param>
public readonly record struct BoardChoice(BoardDescription Board, string? Reason);

/// <summary>
/// Finds out which board an image is for. The first that says something decides: the root of the device tree given
/// beside it; the name of a board in the image's text, with which NetBSD's kernels greet and Linux's device trees
/// begin; the address at which NetBSD links for a board.
/// </summary>
public static class BoardChooser
{
    private static readonly (string Text, string Board)[] Texts =
    [
        ("Walnut PowerPC 405GP Evaluation Board", Walnut.Name),
        ("OpenBlockS266 IBM PowerPC 405GPr Board", OpenBlockS.Name266),
        ("OpenBlockS S/R IBM PowerPC 405GP Board", OpenBlockS.Name200),
        ("ibm,walnut", Walnut.Name),
        ("ppcjit,ref405ep", Ref405ep.Name),
    ];

    private static readonly (uint Entry, string Board)[] Entries = [(0x00025000, Walnut.Name), (0x00450000, OpenBlockS.Name200)];

    /// <summary>Chooses a board.</summary>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">What is to be booted.</param>
    /// <param name="memoryBytes">Bytes of RAM that the board will have, whichever it is: nothing may decompress to more.</param>
    /// <exception cref="InputException">The image or the device tree cannot be used.</exception>
    public static BoardChoice Choose(ReadOnlyMemory<byte> image, BootOptions options, uint memoryBytes)
    {
        if (image.IsEmpty && options.IsFirmware)
            return new BoardChoice(BoardCatalog.All[0], null);
        LoadableImage read = GuestLoader.ReadFormat(new ImageBytes(options.ImagePath, image), options, memoryBytes);
        return ByTree(read, options) ?? ByText(read) ?? ByEntry(read) ?? new BoardChoice(BoardCatalog.All[0], null);
    }

    private static BoardChoice? ByTree(LoadableImage image, BootOptions options)
    {
        ImageBytes? file = options.DtbPath is { } path ? options.ReadFile(path) : image.DeviceTree;
        if (file is null)
            return null;
        DeviceTreeNode root = FlattenedTreeReader.Read(file).Root;
        return root.Find("compatible")?.Text == "ibm,walnut"
            ? Choice(Walnut.Name, $"{file.Name} is for ibm,walnut")
            : Choice(Ref405ep.Name, $"{file.Name} is for no other board");
    }

    private static BoardChoice? ByText(LoadableImage image)
    {
        foreach ((string text, string board) in Texts)
        {
            byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
            if (image.Segments.Any(segment => segment.Bytes.Span.IndexOf(bytes) >= 0))
                return Choice(board, $"the image contains '{text}'");
        }

        return null;
    }

    private static BoardChoice? ByEntry(LoadableImage image)
    {
        foreach ((uint entry, string board) in Entries)
        {
            if (image.EntryAddress == entry && image.Segments.Any(segment => segment.Address == entry))
                return Choice(board, $"the image is linked at 0x{entry:x8}, as NetBSD's kernels for it are");
        }

        return null;
    }

    private static BoardChoice Choice(string name, string reason) => new(BoardCatalog.Find(name) ?? BoardCatalog.All[0], reason);
}
