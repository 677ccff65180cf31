using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>The commands that a debugger cannot do without: where am I, and go there.</summary>
/// <param name="timeline">The run.</param>
/// <param name="names">What names mean.</param>
/// <param name="panic">Where the guest's kernel gave up.</param>
public sealed unsafe class BasicMonitor(Timeline timeline, DebugNames names, PanicNote panic) : IMonitor
{
    private const string Help =
        """
        help            this help
        when            where the run stands, and how far it is known
        goto MOMENT     go there: @N, -N, reset, end, panic, SYMBOL#k (docs/grammar.md)
        """;

    private readonly MomentFinder _finder = new(timeline, () => panic.At);

    /// <inheritdoc/>
    public void Execute(string command, Action<string> output, CancellationToken cancel = default)
    {
        string[] words = command.Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        switch (words[0])
        {
            case "help" or "":
                foreach (string line in Help.Split('\n'))
                    output(line);
                break;
            case "when":
                WriteWhen(output);
                break;
            case "goto":
                GoTo(words.Length > 1 ? words[1] : "", output, cancel);
                break;
            default:
                output($"There is no command {GrammarError.Quote(words[0])}.{NearestName.Question(words[0], ["help", "when", "goto"])} 'help' shows them all.");
                break;
        }
    }

    private void GoTo(string text, Action<string> output, CancellationToken cancel)
    {
        Parsed<MomentReference> moment = DebugGrammar.ParseMoment(text, names);
        if (moment.Value is null)
        {
            output($"{moment.Error}");
            return;
        }

        if (_finder.GoTo(moment.Value, cancel) is { } problem)
            output(problem);
        WriteWhen(output);
    }

    private void WriteWhen(Action<string> output)
    {
        Board board = names.Board;
        string branches = timeline.Branches switch { 0 => "", 1 => ", changed by hand once", var n => $", changed by hand {n} times" };
        string replay = timeline.Machine.IsLive ? "" : ", replaying";
        output($"{timeline.Present} of {timeline.Oldest} to {timeline.End}{replay}{branches}: {names.Describe(board.Processor.State->Pc)}");
    }
}
