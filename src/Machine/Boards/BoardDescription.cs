namespace PpcJit.Machine.Boards;

/// <summary>A kind of board that can be created.</summary>
/// <param name="Name">The name used on the command line.</param>
/// <param name="Title">One line that says what the board is.</param>
/// <param name="Builder">Creates a board from options that were found valid.</param>
/// <param name="Validator">Gives the sentence that says what is wrong with options; null when nothing is.</param>
public sealed record BoardDescription(
    string Name, string Title, Func<BoardOptions, Board> Builder, Func<BoardOptions, string?> Validator)
{
    /// <summary>Says in one sentence what is wrong with options.</summary>
    /// <returns>Null when a board can be created with them.</returns>
    public string? Validate(BoardOptions options) => Validator(options);

    /// <summary>Creates a board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    /// <exception cref="InvalidOperationException">The options were not validated, and are not valid.</exception>
    public Board Create(BoardOptions options) =>
        Validate(options) is { } problem ? throw new InvalidOperationException(problem) : Builder(options);
}
