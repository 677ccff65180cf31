using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>
/// Understands the words with which people look at a run: the same in gdb's <c>monitor</c> command, at the console and
/// in batches. <c>docs/monitor.md</c> describes them. Looking changes nothing; <c>set</c> alone begins another run.
/// </summary>
/// <param name="run">The run.</param>
public sealed class DebugMonitor(MonitoredRun run)
{
    /// <summary>All words, in the order of help.</summary>
    public static IReadOnlyList<MonitorWord> Words { get; } =
        [.. MomentWords.All, .. RegisterWords.All, .. MemoryWords.All, .. WhyWords.Words, .. LwpWords.All, .. TranslationWords.All,
            .. DeviceWords.All, .. ChangeWords.All, .. FileWords.All, Help()];

    /// <summary>The run that is looked at.</summary>
    public MonitoredRun Run => run;

    /// <summary>Splits a text into commands at semicolons, and checks that there are such words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What errors call the text.</param>
    /// <exception cref="InputException">There is no such word.</exception>
    public static IReadOnlyList<string> Commands(string text, string what)
    {
        string[] commands = [.. MonitoredRun.Split(text, ';').Where(command => command.Length > 0)];
        foreach (string command in commands)
        {
            (string name, _) = SplitWord(command);
            if (Find(name) is null)
                throw new InputException($"{what}: {Unknown(name)}");
        }

        return commands.Length > 0 ? commands : throw new InputException($"{what} needs a word of the monitor, such as 'help'.");
    }

    /// <summary>Does a command. Nothing that is typed makes it throw.</summary>
    /// <param name="command">A word and what belongs to it.</param>
    /// <param name="cancel">Gives up.</param>
    public MonitorAnswer Execute(string command, CancellationToken cancel = default)
    {
        command = command.Trim();
        (string name, string arguments) = SplitWord(command);
        if (Find(name) is not { } word)
            return new MonitorAnswer(command, [], null) { Error = Unknown(name) };
        try
        {
            if (word.Arguments.Length == 0 && arguments.Length > 0)
                throw new InputException($"{name}: nothing may follow; '{TerminalText.Line(arguments)}' does.");
            MonitorReply reply = word.Run(new MonitorCall(run, arguments, cancel));
            return new MonitorAnswer(command, reply.Lines, reply.Data) { Error = reply.Problem, IsCutOff = reply.IsCutOff };
        }
        catch (Exception error) when (error is InputException or OutputException)
        {
            return new MonitorAnswer(command, [], null) { Error = error.Message };
        }
    }

    private static MonitorWord? Find(string name) => Words.FirstOrDefault(word => word.Name == name);

    private static string Unknown(string name) => name.Length == 0
        ? "A word is missing; 'help' lists them."
        : $"There is no word '{TerminalText.Line(name)}'.{NearestName.Question(name, Words.Select(word => word.Name))} 'help' lists them.";

    /// <summary>The word, and what follows it; a format follows with its slash.</summary>
    private static (string Name, string Arguments) SplitWord(string command)
    {
        int end = command.AsSpan().IndexOfAny(" \t/");
        return end < 0 ? (command, "") : (command[..end], command[end..].Trim());
    }

    private static MonitorWord Help() => new("help", "[WORD]", "Say what the words do, or what one does.", call =>
    {
        if (call.Arguments.Length > 0)
        {
            MonitorWord word = Find(call.Arguments) ?? throw new InputException(Unknown(call.Arguments));
            return new MonitorReply([word.Usage, $"  {word.Help}"], Describe(word));
        }

        int width = Words.Max(word => word.Usage.Length);
        return new MonitorReply([.. Words.Select(word => $"{word.Usage.PadRight(width)}  {word.Help}")], new { words = Words.Select(Describe) });
    });

    private static object Describe(MonitorWord word) => new { word = word.Name, arguments = word.Arguments, help = word.Help };
}
