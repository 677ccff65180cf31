using PpcJit.Kernel;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// Looks at what happens in a guest and finds out when something goes wrong that the guest itself does not notice. A
/// check holds no machine: each event comes with the one in which it happened. All that it remembers goes along when it
/// is forked, so that a search can try many futures of one past.
/// </summary>
public interface ICheck
{
    /// <summary>Name as in scenario files.</summary>
    string Name { get; }

    /// <summary>
    /// Says what the check must see beside what always comes (exceptions, rfi and rfci, TLB writes, real-mode stores,
    /// unanswered accesses, injections).
    /// </summary>
    /// <exception cref="InputException">
    /// The image or the kernel's description lacks something that the check cannot do without.
    /// </exception>
    void Prepare(GuestView guest, WatchList watches);

    /// <summary>
    /// Whether events of a kind can mean anything to the check; it need not get the others. The answer has to be the same for all its forks.
    /// </summary>
    bool Sees(GuestEventKind kind) => true;

    /// <summary>Takes an event. What is wrong goes to <see cref="GuestView.Report"/>.</summary>
    void Observe(in GuestEvent happened, GuestView guest);

    /// <summary>Gives a check that has seen the same, and goes its own way from here.</summary>
    ICheck Fork();
}
