using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="GuestMachine"/> is known to do after a place: how far it had come, and what had entered.</summary>
public sealed record MachineFuture
{
    internal MachineFuture()
    {
    }

    /// <summary>The changes by hand that are to come, the oldest first.</summary>
    public IReadOnlyList<InjectionAt> Changes => Injections.Items;

    /// <summary>The number of the first of <see cref="Changes"/> among all of the run, from 0.</summary>
    public int FirstChange => Injections.First;

    /// <summary>The keys and frames that are to come, with what they are, by lines. What is typed by the rule of <see cref="PromptedInput"/> is not
    /// among them.</summary>
    public IEnumerable<(InputPlace Place, ReadOnlyMemory<byte> Content)> Inputs =>
    [
        .. Lines.SelectMany((line, index) => line.Keys.Select((key, n) =>
            (new InputPlace(key.Count, index, -1, line.First + n), (ReadOnlyMemory<byte>)new[] { key.Value }))),
        .. Links.SelectMany((link, index) => link.Arrivals.Select((frame, n) =>
            (new InputPlace(frame.Count, -1, index, link.First + n), frame.Content))),
    ];

    internal ulong Frontier { get; init; }

    internal LineFuture[] Lines { get; init; } = [];

    internal (int First, PromptedText[] Items) Texts { get; init; }

    internal (int First, InjectionAt[] Items) Injections { get; init; }

    internal LinkFuture[] Links { get; init; } = [];

    /// <summary>Where the guest's kernel gives up; null where it does not.</summary>
    internal Moment? PanicAt { get; set; }

    /// <summary>What was read of its words.</summary>
    internal PanicWatch? Panic { get; set; }

    /// <summary>
    /// Gives a future with other changes by hand, to which nothing comes from outside but what is known, however far it goes, and of which nothing
    /// leaves the machine.
    /// </summary>
    /// <param name="changes">The changes, in any order. Those of one moment are made in the order in which they are given.</param>
    public MachineFuture Aside(IEnumerable<InjectionAt> changes) => this with
    {
        Frontier = ulong.MaxValue,
        Lines = [.. Lines.Select(line => line with { MaxSent = ulong.MaxValue })],
        Links = [.. Links.Select(link => link with { MaxSent = ulong.MaxValue })],
        Injections = (Injections.First, [.. changes.OrderBy(change => change.At)]),
    };

    /// <summary>Gives a future without a character that is to come over a serial line, by its number among all of that line from 0.</summary>
    /// <param name="line">0 for the console, 1 for the second port.</param>
    /// <param name="number">The character's number.</param>
    /// <returns>Null when it does not come by itself: it came already, or it is typed by the rule of <see cref="PromptedInput"/>.</returns>
    public MachineFuture? WithoutKey(int line, int number)
    {
        if (line >= Lines.Length || number < Lines[line].First || number >= Lines[line].First + Lines[line].Keys.Length)
            return null;
        int index = number - Lines[line].First;
        return this with
        {
            Lines = [.. Lines.Select((one, n) => n == line ? one with { Keys = [.. one.Keys[..index], .. one.Keys[(index + 1)..]] } : one)],
        };
    }

    /// <summary>
    /// Gives a future in which a frame comes only when the guest has sent as much over its cable as it had in the run, and not sooner after that: a
    /// run that goes another way gets no answers before it has asked.
    /// </summary>
    /// <param name="sent">For each cable the counts at which the guest sends frames.</param>
    public MachineFuture Answering(IReadOnlyList<IReadOnlyList<ulong>> sent) => this with
    {
        Links = [.. Links.Select((one, n) => one with { Arrivals = [.. one.Arrivals.Select(frame => Answering(frame, one.Sent, sent[n]))] })],
    };

    private static RecordedArrival Answering(RecordedArrival frame, ulong before, IReadOnlyList<ulong> sent)
    {
        int number = sent.TakeWhile(count => count < frame.Count).Count();
        return number == 0 ? frame
            : frame with { SentBefore = before + (ulong)number, AnswersAfter = frame.Count - sent[number - 1] };
    }

    /// <summary>Gives a future without something that is to come, and all that comes after it.</summary>
    /// <param name="input">What; it must not have come yet.</param>
    public MachineFuture Before(InputPlace input) => this with
    {
        Lines = [.. Lines.Select((one, n) => one with
        {
            Keys = one.Keys[..FirstAfter(one.Keys, key => key.Count, one.First, input.Line == n, input)],
        })],
        Links = [.. Links.Select((one, n) => one with
        {
            Arrivals = one.Arrivals[..FirstAfter(one.Arrivals, frame => frame.Count, one.First, input.Link == n, input)],
        })],
    };

    /// <summary>Gives a future in which something that is to come comes at another count. When that is later, all after it comes later too.</summary>
    /// <param name="input">What; it must not have come yet.</param>
    /// <param name="count">When; not before what comes ahead of it over the same line.</param>
    public MachineFuture Moved(InputPlace input, ulong count)
    {
        ulong later = count > input.Count ? count - input.Count : 0;
        return this with
        {
            Lines = [.. Lines.Select((one, n) => one with
            {
                Keys = [.. Moved(one.Keys, FirstAfter(one.Keys, key => key.Count, one.First, input.Line == n, input), input.Line == n,
                    (key, own) => key with { Count = own ? count : key.Count + later })],
            })],
            Links = [.. Links.Select((one, n) => one with
            {
                Arrivals = [.. Moved(one.Arrivals, FirstAfter(one.Arrivals, frame => frame.Count, one.First, input.Link == n, input), input.Link == n,
                    (frame, own) => frame with { Count = own ? count : frame.Count + later })],
            })],
        };
    }

    /// <summary>The first of a line that comes with or after something: of its own line by number, of others by count.</summary>
    private static int FirstAfter<T>(T[] items, Func<T, ulong> countOf, int first, bool isOwn, InputPlace input)
    {
        if (isOwn)
            return Math.Clamp(input.Number - first, 0, items.Length);
        int found = Array.FindIndex(items, item => countOf(item) >= input.Count);
        return found < 0 ? items.Length : found;
    }

    private static IEnumerable<T> Moved<T>(T[] items, int from, bool isOwn, Func<T, bool, T> move) =>
        items.Select((item, n) => n < from ? item : move(item, isOwn && n == from));

    /// <summary>Gives a future without a frame that is to come over a cable.</summary>
    /// <param name="link">The cable's number.</param>
    /// <param name="number">The frame's number among all of that cable from 0.</param>
    /// <returns>Null when it came already.</returns>
    public MachineFuture? WithoutFrame(int link, int number)
    {
        if (link >= Links.Length || number < Links[link].First || number >= Links[link].First + Links[link].Arrivals.Length)
            return null;
        int index = number - Links[link].First;
        return this with
        {
            Links = [.. Links.Select((one, n) => n == link
                ? one with { Arrivals = [.. one.Arrivals[..index], .. one.Arrivals[(index + 1)..]] } : one)],
        };
    }
}
