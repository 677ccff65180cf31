using PpcJit.Kernel.Networking;

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
