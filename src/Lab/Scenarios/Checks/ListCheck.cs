using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds lists that are none: an element that cannot be read, or a circle where there should be an end. It looks where an interrupt is
/// taken, since nobody may be at work on the list then who does not keep interrupts off.
/// </summary>
internal sealed class ListCheck(ListSentence sentence) : ICheck
{
    private const int MaxElements = 65_536;

    /// <inheritdoc/>
    public string Name => CheckCatalog.List;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches) => sentence.First.Check(guest.Symbols);

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind != GuestEventKind.ExceptionTaken || !new Handler(0, happened, 0).IsInterrupt)
            return;
        if (sentence.First.TryEvaluate(guest, out uint first, out _) && Problem(first, guest) is var (problem, pointer))
            Report(problem, pointer, happened, guest);
    }

    /// <inheritdoc/>
    public ICheck Fork() => this;

    /// <summary>Says what is wrong, and in which word the pointer is that leads astray; null for that of the first element.</summary>
    private (string Problem, uint? Pointer)? Problem(uint first, GuestView guest)
    {
        HashSet<uint> seen = [];
        uint element = first;
        uint? pointer = null;
        while (element != 0)
        {
            if (!seen.Add(element))
            {
                return element == first && sentence.IsRing
                    ? null : ($"after {seen.Count} elements it leads back to 0x{element:x8}, and never to its end", pointer);
            }

            if (seen.Count > MaxElements)
                return ($"it has more than {MaxElements:N0} elements", pointer);
            if ((element & 3) != 0 || !guest.TryReadWord(element + sentence.Next, out uint next))
                return ($"its element {seen.Count} is at 0x{element:x8}, where there is none", pointer);
            (pointer, element) = (element + sentence.Next, next);
        }

        return sentence.IsRing && first != 0 ? ($"after {seen.Count} elements it ends, and does not lead back to the first", pointer) : null;
    }

    private void Report(string problem, uint? pointer, in GuestEvent taken, GuestView guest)
    {
        string at = guest.Symbols.Name(taken.Address);
        string name = HandlerText.WithArticle(taken.Exception);
        string summary = $"'{sentence.Text}' does not hold where {name} comes at {at}: {problem}.";
        WrongValue wrong = pointer is not { } word ? sentence.First.Wrong(guest)
            : guest.TryTranslate(word, out uint physical) ? new WrongValue(ValuePlace.Memory(physical, sizeof(uint))) : WrongValue.None;
        guest.Report(new Finding(Name, $"{Name}: {sentence.Text}", summary, taken.Count, taken.Address, wrong));
    }
}
