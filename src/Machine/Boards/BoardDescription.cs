namespace PpcJit.Machine.Boards;

/// <summary>A kind of board that can be created.</summary>
/// <param name="Name">The name used on the command line.</param>
/// <param name="Title">One line that says what the board is.</param>
/// <param name="Builder">Creates a board from options that were found valid.</param>
/// <param name="Validator">Gives the sentence that says what is wrong with options; null when nothing is.</param>
public sealed record BoardDescription(
    string Name, string Title, Func<BoardOptions, Board> Builder, Func<BoardOptions, string?> Validator)
{
    /// <summary>Sizes of flash that the board has room for, in bytes, the usual one first.</summary>
    public required IReadOnlyList<uint> FlashSizes { get; init; }

    /// <summary>Where the board can have the controller of a disk; null for nowhere.</summary>
    public PciSlot? DiskSlot { get; init; }

    /// <summary>Bytes of RAM that the board usually has.</summary>
    public uint UsualMemory { get; init; } = new BoardOptions().MemoryBytes;

    /// <summary>The options of the board as it usually is.</summary>
    public BoardOptions UsualOptions => new() { MemoryBytes = UsualMemory };

    /// <summary>What the board's own firmware does to start a kernel.</summary>
    public required IBoardFirmware Firmware { get; init; }

    /// <summary>By what images show that they are for this board.</summary>
    public required BoardMarks Marks { get; init; }

    /// <summary>Whether it is the board for images that say nothing.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Says in one sentence what is wrong with options.</summary>
    /// <returns>Null when a board can be created with them.</returns>
    public string? Validate(BoardOptions options) => ValidateFlash(options) ?? ValidateDisk(options) ?? Validator(options);

    /// <summary>Creates a board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    /// <exception cref="InvalidOperationException">The options were not validated, and are not valid.</exception>
    public Board Create(BoardOptions options)
    {
        if (Validate(options) is { } problem)
            throw new InvalidOperationException(problem);
        Board board = Builder(options);
        board.Call(Name, Title);
        if (options.FlashBytes is { } size)
            board.AddFlash(size);
        return board;
    }

    /// <summary>Describes a board of another name that has all of this one, and something more.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">One line that says what it is.</param>
    /// <param name="add">Adds what it has more, as <see cref="BoardWiring"/> does, to a board in its reset state.</param>
    public BoardDescription Extend(string name, string title, Action<Board> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        return this with
        {
            Name = name,
            Title = title,
            IsDefault = false,
            Marks = new BoardMarks(), // Images for this board are for this board
            Builder = options =>
            {
                Board board = Builder(options);
                add(board);
                return board;
            },
        };
    }

    private string? ValidateDisk(BoardOptions options) => !options.HasDisk || DiskSlot is not null ? null
        : $"{Name} has no place for a disk; these boards have one: "
            + $"{string.Join(", ", BoardCatalog.All.Where(board => board.DiskSlot is not null).Select(board => board.Name))}.";

    private string? ValidateFlash(BoardOptions options)
    {
        if (options.FlashBytes is not { } size || FlashSizes.Contains(size))
            return null;
        string sizes = string.Join(", ", FlashSizes.Order().Select(MemorySize.Describe));
        return $"The flash of {Name} has {sizes}; {MemorySize.Describe(size)} cannot be.";
    }
}
