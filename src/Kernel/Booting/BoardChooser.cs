using System.Buffers.Binary;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>The board that an image is for.</summary>
/// <param name="Board">The board.</param>
/// <param name="Reason">What in the image says so, for people; null when nothing does and it is the default.</param>
public readonly record struct BoardChoice(BoardDescription Board, string? Reason);

/// <summary>
/// Finds out which board an image is for, by the marks that boards have. The first that says something decides: the root of the device tree given
/// beside the image, or of one inside it, as Linux's boot wrappers have them; the text with which NetBSD's kernels greet; the address at which NetBSD
/// links for a board.
/// </summary>
public static class BoardChooser
{
    private const uint TreeMagic = 0xd00dfeed;

    /// <summary>How many things that look like the start of a tree are tried in an image.</summary>
    private const int MostTrees = 64;

    /// <summary>Chooses a board.</summary>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">What is to be booted.</param>
    /// <param name="memoryBytes">Bytes of RAM that the board will have, whichever it is: nothing may decompress to more.</param>
    /// <exception cref="InputException">The image or the device tree cannot be used.</exception>
    public static BoardChoice Choose(ReadOnlyMemory<byte> image, BootOptions options, uint memoryBytes)
    {
        if (image.IsEmpty && options.IsFirmware)
            return new BoardChoice(BoardCatalog.Default, null);
        LoadableImage read = GuestLoader.ReadFormat(new ImageBytes(options.ImagePath, image), options, memoryBytes);
        return ByTree(read, options) ?? ByTreeInside(read) ?? ByGreeting(read) ?? ByEntry(read) ?? new BoardChoice(BoardCatalog.Default, null);
    }

    /// <summary>Says for which other board than the one that was asked for the image's device tree is; null when it is for none.</summary>
    /// <param name="board">The board that was asked for.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">What is to be booted.</param>
    /// <param name="memoryBytes">As for <see cref="Choose"/>.</param>
    /// <exception cref="InputException">The image or the device tree cannot be used.</exception>
    public static string? Contradiction(BoardDescription board, ReadOnlyMemory<byte> image, BootOptions options, uint memoryBytes)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (image.IsEmpty && options.IsFirmware)
            return null;
        LoadableImage read = GuestLoader.ReadFormat(new ImageBytes(options.ImagePath, image), options, memoryBytes);
        BoardChoice? named = TreeBeside(read, options) is { } file ? NamedBy(file) : ByTreeInside(read);
        return named is { } found && found.Board != board ? $"{found.Reason}, which is the board {found.Board.Name}" : null;
    }

    private static ImageBytes? TreeBeside(LoadableImage image, BootOptions options) =>
        options.DtbPath is { } path ? options.ReadFile(path) : image.DeviceTree;

    private static BoardChoice? NamedBy(ImageBytes file) =>
        Named(FlattenedTreeReader.Read(file)) is { } named ? new BoardChoice(named.Board, $"{file.Name} is for {named.Name}") : null;

    private static BoardChoice? ByTree(LoadableImage image, BootOptions options) => TreeBeside(image, options) is { } file
        ? NamedBy(file) ?? new BoardChoice(BoardCatalog.Default, $"{file.Name} is for no other board") : null;

    private static BoardChoice? ByTreeInside(LoadableImage image)
    {
        int tried = 0;
        foreach (ImageSegment segment in image.Segments)
        {
            ReadOnlyMemory<byte> rest = segment.Bytes;
            while (tried < MostTrees && FindTree(rest.Span) is var start and >= 0)
            {
                tried++;
                if (NamedInside(rest[start..]) is { } named)
                    return new BoardChoice(named.Board, $"the device tree in the image is for {named.Name}");
                rest = rest[(start + 1)..];
            }
        }

        return null;
    }

    private static int FindTree(ReadOnlySpan<byte> bytes)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(magic, TreeMagic);
        return bytes.IndexOf(magic);
    }

    /// <summary>Reads what looks like a tree, which it need not be: the number stands in code that reads trees, too.</summary>
    private static (BoardDescription Board, string Name)? NamedInside(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            ImageBytes all = new("the image", bytes);
            return Named(FlattenedTreeReader.Read(new ImageBytes("the image", all.Slice(0, all.Word(4, "a tree"), "a tree"))));
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Gives the board of the first of a tree's names that one has.</summary>
    private static (BoardDescription Board, string Name)? Named(DeviceTree tree)
    {
        foreach (string name in tree.Root.Find("compatible")?.AllText.Split('\0') ?? [])
        {
            if (BoardCatalog.All.FirstOrDefault(board => board.Marks.Compatible.Contains(name)) is { } board)
                return (board, name);
        }

        return null;
    }

    private static BoardChoice? ByGreeting(LoadableImage image)
    {
        foreach (BoardDescription board in BoardCatalog.All)
        {
            foreach (string text in board.Marks.Greetings)
            {
                byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
                if (image.Segments.Any(segment => segment.Bytes.Span.IndexOf(bytes) >= 0))
                    return new BoardChoice(board, $"the image contains '{text}'");
            }
        }

        return null;
    }

    private static BoardChoice? ByEntry(LoadableImage image)
    {
        foreach (BoardDescription board in BoardCatalog.All)
        {
            if (board.Marks.LinkedAt is { } entry && image.EntryAddress == entry && image.Segments.Any(segment => segment.Address == entry))
                return new BoardChoice(board, $"the image is linked at 0x{entry:x8}, as NetBSD's kernels for it are");
        }

        return null;
    }
}
