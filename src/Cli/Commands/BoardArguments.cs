using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary>The options that choose a board.</summary>
internal sealed class BoardArguments
{
    private readonly Option<string> _board = new("--board")
    {
        Description = "The board; 'ppcjit boards' shows them all.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BoardCatalog.All[0].Name,
    };

    private readonly Option<string?> _memory = new("--memory", "-m")
    {
        Description = "How much RAM the board has: 64M, 128M.",
        HelpName = "SIZE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_board);
        command.Add(_memory);
    }

    /// <summary>Creates the board that the options ask for.</summary>
    /// <exception cref="InputException">There is no such board, or it cannot be so.</exception>
    public Board CreateBoard(ParseResult parsed)
    {
        BoardDescription description = Find(parsed.GetValue(_board) ?? BoardCatalog.All[0].Name);
        BoardOptions options = new();
        if (parsed.GetValue(_memory) is { } memory)
            options = options with { MemoryBytes = Numbers.Size("--memory", memory) };
        if (description.Validate(options) is { } problem)
            throw new InputException($"--memory: {problem}");
        return description.Create(options);
    }

    private static BoardDescription Find(string name)
    {
        IEnumerable<string> names = BoardCatalog.All.Select(board => board.Name);
        return BoardCatalog.Find(name)
            ?? throw new InputException($"There is no board '{name}'; there is: {string.Join(", ", names)}.{NearestName.Question(name, names)}");
    }
}
