using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Flash;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// The file behind a board's flash: as long as the flash, byte by byte what it holds. It is written as a whole or not at all, and never
/// over something that
/// another program has put there since.
/// </summary>
public sealed class FlashFile
{
    private readonly string? _path;
    private readonly FileKeeping _keeping;
    private readonly bool _isNew;
    private byte[]? _onDisk;

    private FlashFile(FlashOptions options, ReadOnlyMemory<byte> starting, bool isNew)
    {
        (_path, _keeping, _isNew) = (options.Path, options.Keeping, isNew);
        Starting = starting;
        _onDisk = isNew ? null : starting.ToArray();
    }

    /// <summary>What the flash holds at first; as long as it is.</summary>
    public ReadOnlyMemory<byte> Starting { get; }

    /// <summary>Whether what the guest programs is written into the file.</summary>
    public bool IsWrittenBack => _path is not null && _keeping == FileKeeping.WriteBack;

    /// <summary>Reads the file, and finds out how large the flash is.</summary>
    /// <param name="options">What the flash is to hold.</param>
    /// <param name="boot">Which files are at hand already.</param>
    /// <param name="board">The board that it is for.</param>
    /// <exception cref="InputException">It is no file of a size that the board's flash can have.</exception>
    /// <exception cref="OutputException">It could not be written back.</exception>
    public static FlashFile Open(FlashOptions options, BootOptions boot, BoardDescription board)
    {
        uint usual = options.Size ?? board.FlashSizes[0];
        if (options.Path is not { } path)
            return new FlashFile(options, Erased(Known(board, usual, "")), isNew: true);
        if (boot.IsAtHand(path, out ReadOnlyMemory<byte> known))
            return new FlashFile(options, known, isNew: false);
        FileKind kind = HostPath.Follow(path, standard: 0)?.Kind ?? FileKind.Missing;
        if (kind is not (FileKind.Regular or FileKind.Missing) || path == HostPath.Standard)
            throw new InputException($"--flash {path}: the flash's contents are a regular file of the same size.");
        FlashFile file = kind == FileKind.Missing && options.Size is not null && options.Keeping != FileKeeping.ReadOnly
            ? new FlashFile(options, Erased(Known(board, usual, path)), isNew: true)
            : new FlashFile(options, Read(path, options, board), isNew: false);
        if (file.IsWrittenBack)
            OutputFile.Open("--flash ", path).Dispose(); // That it cannot be written is said before the guest works for it
        return file;
    }

    /// <summary>Gives boot options by which the starting contents are found again, whatever becomes of the file.</summary>
    public BootOptions Keep(BootOptions options) => _path is null ? options : options with
    {
        AtHand = new Dictionary<string, ReadOnlyMemory<byte>>(options.AtHand ?? new Dictionary<string, ReadOnlyMemory<byte>>())
        {
            [_path] = Starting,
        },
    };

    /// <summary>Fills a board's flash.</summary>
    public void Load(Board board)
    {
        if (board.Flash is not { } flash)
            throw new InvalidOperationException("The board has no flash.");
        board.Memory.TryCopyIn(0 - flash.Model.Size, Starting.Span);
        flash.IsWriteProtected = _keeping == FileKeeping.ReadOnly;
    }

    /// <summary>Whether the file holds what a flash holds, as far as is known here.</summary>
    private bool Holds(FlashChip flash) => flash.Content.SequenceEqual(_onDisk ?? Starting.Span);

    /// <summary>Writes what a flash holds, if the file holds something else.</summary>
    /// <param name="flash">The flash.</param>
    /// <param name="isLast">
    /// Whether the run has ended: where another program has changed the file, what the flash holds goes into a file beside it then.
    /// </param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="OutputException">It cannot be written; the message names the file in which what the flash holds is.</exception>
    public bool Save(FlashChip flash, bool isLast = true)
    {
        ReadOnlySpan<byte> present = flash.Content;
        if (!IsWrittenBack || _path is null || Holds(flash))
            return false;
        if (IsChanged())
        {
            throw new OutputException(!isLast
                ? "Another program has changed the file of the flash since it was read; it is not written any more."
                : $"--flash {_path}: another program has changed the file since it was read, and it stays "
                    + $"as it is. What the guest's flash holds is in {SaveAside(_path, present)}.");
        }

        OutputFile.Write("--flash ", _path, present);
        _onDisk = present.ToArray();
        return true;
    }

    /// <summary>Whether the file is no longer what was read or written last.</summary>
    private bool IsChanged()
    {
        if (_path is null || HostPath.Follow(_path, standard: 1) is not { Kind: FileKind.Regular })
            return false;
        if (_isNew && _onDisk is null)
            return true;
        return new FileInfo(_path).Length != Starting.Length || !InputFile.Read(_path).Memory.Span.SequenceEqual(_onDisk);
    }

    private static string SaveAside(string path, ReadOnlySpan<byte> content)
    {
        string aside = AsideFile.Choose("--flash ", path);
        OutputFile.Write("--flash ", aside, content);
        return aside;
    }

    private static byte[] Erased(uint size)
    {
        byte[] erased = new byte[size];
        erased.AsSpan().Fill(0xff);
        return erased;
    }

    private static ReadOnlyMemory<byte> Read(string path, FlashOptions options, BoardDescription board)
    {
        if (options.Size is { } asked)
            Known(board, asked, path);
        uint most = options.Size ?? board.FlashSizes.Max();
        ReadOnlyMemory<byte> contents = InputFile.Read(path, new InputLimit(most, $"which is the size of the flash of {board.Name}")).Memory;
        if (options.Size is { } wanted ? contents.Length == wanted : board.FlashSizes.Contains((uint)contents.Length))
            return contents;
        string sizes = options.Size is { } size ? $"{size} bytes" : $"{string.Join(", ", board.FlashSizes.Order())} bytes";
        throw new InputException($"--flash {path}: the file has {contents.Length} bytes, and the flash of {board.Name} has "
            + $"{sizes}; a file that was cut off is no flash.");
    }

    private static uint Known(BoardDescription board, uint size, string path) => board.FlashSizes.Contains(size)
        ? size
        : throw new InputException($"--flash {path}: the flash of {board.Name} has "
            + $"{string.Join(", ", board.FlashSizes.Order())} bytes; {size} cannot be.");
}
