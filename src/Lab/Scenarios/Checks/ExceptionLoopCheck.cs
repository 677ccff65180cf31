using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds exceptions that follow each other without anything but their handlers running in between, and that come at the
/// same places again and again: a miss that its handler does not cure, an interrupt that nobody withdraws, a handler
/// that fails itself.
/// </summary>
internal sealed class ExceptionLoopCheck : ICheck
{
    /// <summary>
    /// Exceptions at one place, without progress, that are a loop: the most that sound kernels need is three (a
    /// miss, a page fault, a miss).
    /// </summary>
    private const int Limit = 16;

    /// <summary>
    /// A series of exceptions at more places than this is not a loop: emulated instructions in a row, for example.
    /// </summary>
    private const int Places = 8;

    private readonly List<(GuestEvent First, int Times)> _series;
    private ulong? _returned;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public ExceptionLoopCheck() => _series = [];

    private ExceptionLoopCheck(ExceptionLoopCheck other) => (_series, _returned) = ([.. other._series], other._returned);

    /// <inheritdoc/>
    public string Name => "exception-loop";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind is GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical)
            _returned = happened.Count;
        if (happened.Kind != GuestEventKind.ExceptionTaken)
            return;
        bool progress = _returned is { } count && happened.Count > count;
        _returned = null;
        if (progress)
            _series.Clear();
        Count(happened, guest);
    }

    /// <inheritdoc/>
    public bool Sees(GuestEventKind kind) => HandlerTracker.Follows(kind);

    /// <inheritdoc/>
    public ICheck Fork() => new ExceptionLoopCheck(this);

    private void Count(in GuestEvent taken, GuestView guest)
    {
        for (int n = 0; n < _series.Count; n++)
        {
            (GuestEvent first, int times) = _series[n];
            if (first.Number != taken.Number || first.Address != taken.Address)
                continue;
            _series[n] = (first, times + 1);
            if (times + 1 == Limit)
                Report(taken, guest);
            return;
        }

        if (_series.Count == Places)
            _series.Clear();
        _series.Add((taken, 1));
    }

    private void Report(in GuestEvent last, GuestView guest)
    {
        string at = guest.Symbols.Name(last.Address);
        string name = HandlerText.NameOf(last.Exception);
        string summary = $"The {name} at {at}{Data(last, guest)} comes again and again ({Limit} times since count "
            + $"{_series[0].First.Count}), and nothing but handlers runs in between.";
        List<CausalStep> known = [.. _series.Select(place => new CausalStep(
            place.First.Count, place.First.Address,
            $"{HandlerText.NameOf(place.First.Exception)} at "
                + $"{guest.Symbols.Name(place.First.Address)}{Data(place.First, guest)}, MSR 0x{place.First.Value:x8}: "
            + $"the first of {place.Times}"))];
        guest.Report(new Finding(Name, $"{Name}: {name} at {at}", summary, last.Count, last.Address, Wrong(last)) { Known = known });
    }

    /// <summary>What makes the last one come: the address that it tells of, or how the guest came there.</summary>
    private static WrongValue Wrong(in GuestEvent last) => last.Exception.IsInterrupt() ? WrongValue.None
        : WrongValue.Registers(last.Exception.SetsDear() ? "dear" : "pc");

    private static string Data(in GuestEvent taken, GuestView guest) =>
        taken.Exception is ExceptionKind.DataTlbMiss or ExceptionKind.DataStorage ? $" for {guest.DescribeStack(taken.Dear)}" : "";
}
