using System.Globalization;
using PpcJit.Kernel;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs events of some kinds while a guest runs.</summary>
internal sealed class EventLog
{
    private readonly ILogSource[] _sources;
    private readonly Window _window;

    /// <summary>Begins the log. What is to be logged from the beginning on begins now.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="flow">Where its control goes.</param>
    /// <param name="window">The stretch.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="output">Where lines go.</param>
    /// <param name="size">Who is told how long it may become, and where the run ends when that is known.</param>
    /// <exception cref="InputException">Something that is wanted cannot be had.</exception>
    public EventLog(ObservedGuest guest, ExecutionFlow flow, Window window, LogRequest request, LogOutput output,
        (Action<string> Notice, ulong? End) size)
    {
        CodeFunction[] only = request.In is { } names ? [.. Functions(guest, names)] : [];
        bool isLong = request.Kinds.Contains(LogKind.Instructions) && only.Length == 0
            && (request.To is null || NeedsEnd("--log-to", request.To)) && (request.From is null || !NeedsEnd("--log-from", request.From));
        if (isLong && request.Limit is null && request.Path?.EndsWith(".gz", StringComparison.Ordinal) != true)
        {
            throw new InputException(
                $"--log instructions: {Size(size.End)}: bound it with --log-to MOMENT or --log-in FUNCTION, write it to FILE.gz, or give "
                    + "the size that it may have with --log-limit SIZE.");
        }

        if (isLong)
            size.Notice(string.Create(CultureInfo.InvariantCulture,
                $"--log instructions: {Size(size.End)}; at most {(request.Limit ?? LogRequest.DefaultLimit) >> 20:N0} MB are written."));

        bool NeedsEnd(string option, string text) => DebugGrammar.ParseMoment(text, guest.Names).OrThrow($"{option} {text}").NeedsEnd;

        LogLines lines = new(guest, output, only);
        _sources = [.. request.Kinds.Select(kind => Source(kind, guest, lines, flow))];
        _window = window;
        window.Arrange(("--log-from", "--log-to"), request.From, request.To, Begin, End);
    }

    /// <summary>Ends the log with the run.</summary>
    public void Complete() => _window.Finish();

    /// <summary>What a log of every instruction of a run takes, as far as that is known ahead of it.</summary>
    private static string Size(ulong? end) => end is { } last
        ? string.Create(CultureInfo.InvariantCulture,
            $"the lines of the {last:N0} instructions of this run take about {Math.Max(1, last * LogRequest.BytesOfInstruction >> 20):N0} MB")
        : $"the lines of a run take about {LogRequest.BytesOfInstruction} bytes for each of its instructions";

    private static IEnumerable<CodeFunction> Functions(ObservedGuest guest, string text)
    {
        foreach ((string name, int position) in CommaList.Parts(text))
        {
            yield return guest.Places.Find(name) ?? throw new InputException($"--log-in {text}: At character {position + 1}: there is no "
                + $"function '{name}'.{Question(guest, name)}");
        }
    }

    private static string Question(ObservedGuest guest, string name) =>
        NearestName.Question(name, guest.Names.Symbols.SelectMany(table => table.All).Select(symbol => symbol.Name));

    private static ILogSource Source(string kind, ObservedGuest guest, LogLines lines, ExecutionFlow flow) => kind switch
    {
        LogKind.Calls => new CallLog(guest, lines, flow),
        LogKind.Exceptions => new ExceptionLog(guest, lines, interruptsOnly: false),
        LogKind.Interrupts => new InterruptLog(guest, lines),
        LogKind.Tlb => new TlbLog(guest, lines),
        LogKind.Mmu => new MmuLog(guest, lines),
        LogKind.Devices => new DeviceLog(guest, lines),
        LogKind.Network => new NetworkLog(guest, lines),
        LogKind.Console => new ConsoleLog(guest, lines),
        LogKind.Instructions => new InstructionLog(guest, lines),
        _ => new GuestErrorLog(guest, lines),
    };

    private void Begin()
    {
        foreach (ILogSource source in _sources)
            source.Begin();
    }

    private void End()
    {
        foreach (ILogSource source in _sources)
            source.End();
    }
}
