using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds exception handlers that use SRR0, SRR1, SRR2, SRR3 or an SPRG after an exception that came in between has put
/// its own value there. It reports the first use of the lost value, when the guest still seems to be well: the
/// handler's mfspr or, if it kept nothing, its rfi.
/// </summary>
internal sealed class LostReturnStateCheck : ICheck
{
    private readonly HandlerTracker _handlers;
    private readonly Writer?[] _writers = new Writer?[ReturnRegisters.Count];
    private GuestEvent? _stackSwitch;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public LostReturnStateCheck() => _handlers = new HandlerTracker();

    private LostReturnStateCheck(LostReturnStateCheck other)
    {
        _handlers = other._handlers.Fork();
        other._writers.CopyTo(_writers, 0);
        _stackSwitch = other._stackSwitch;
    }

    /// <inheritdoc/>
    public string Name => "lost-return-state";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        watches.Spr(ReturnRegisters.SprNumbers);
        watches.StackSwitches();
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind is GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical)
            CheckReturn(happened, guest);
        _handlers.Observe(happened, guest);
        switch (happened.Kind)
        {
            case GuestEventKind.ExceptionTaken:
                int first = _handlers.Current is { IsCritical: true } ? ReturnRegisters.Srr2 : ReturnRegisters.Srr0;
                NoteWrite(first, happened);
                NoteWrite(first + 1, happened);
                break;
            case GuestEventKind.SprWritten when ReturnRegisters.IndexOf(happened.Number) is >= 0 and int register:
                NoteWrite(register, happened);
                break;
            case GuestEventKind.SprRead when ReturnRegisters.IndexOf(happened.Number) is >= 0 and int register:
                CheckUse(register, happened, guest);
                break;
            case GuestEventKind.StackSwitched when HandlerText.IsKernelStack(happened, guest):
                _stackSwitch = happened;
                break;
        }
    }

    /// <inheritdoc/>
    public bool Sees(GuestEventKind kind) => HandlerTracker.Follows(kind)
        || kind is GuestEventKind.SprWritten or GuestEventKind.SprRead or GuestEventKind.StackSwitched;

    /// <inheritdoc/>
    public ICheck Fork() => new LostReturnStateCheck(this);

    private void NoteWrite(int register, in GuestEvent written)
    {
        _writers[register] = new Writer(_handlers.Current ?? default, written);
        _handlers.Mark(1u << register);
    }

    private void CheckReturn(in GuestEvent rfi, GuestView guest)
    {
        int first = rfi.Kind == GuestEventKind.ReturnedFromCritical ? ReturnRegisters.Srr2 : ReturnRegisters.Srr0;
        if (!CheckUse(first, rfi, guest))
            CheckUse(first + 1, rfi, guest);
    }

    /// <summary>
    /// Whether the handler that runs used a register that it, or the exception that began it, has written, and that
    /// another has written since.
    /// </summary>
    private bool CheckUse(int register, in GuestEvent use, GuestView guest)
    {
        if (_handlers.Current is not { } running || (_writers[register]?.By.Id ?? 0) == running.Id)
            return false;
        if ((running.Marks & (1u << register)) == 0)
            return false;
        Report(register, running, _writers[register] ?? new Writer(default, default), use, guest);
        NoteWrite(register, use);
        return true;
    }

    private void Report(int register, Handler victim, Writer writer, in GuestEvent use, GuestView guest)
    {
        GuestSymbols symbols = guest.Symbols;
        Handler culprit = writer.By;
        string lost = ReturnRegisters.IsSprg(register)
            ? ReturnRegisters.Name(register)
            : $"{ReturnRegisters.Name(register & ~1)} and {ReturnRegisters.Name(register | 1)}";
        string at = symbols.Name(culprit.Interrupted);
        string consequence = ReturnRegisters.IsSprg(register)
            ? $"what the handler put into {lost} is lost"
            : $"it will return to {ReturnTarget(use, register, guest)} instead of {symbols.Name(victim.Interrupted)}";
        string summary = $"{HandlerText.Sentence(HandlerText.Interruption(victim, guest))}; before its handler had "
            + $"saved {lost}, it took {HandlerText.WithArticle(culprit.Kind)} at {at}"
            + $"{HandlerText.Cause(culprit, guest)}, which overwrote {(ReturnRegisters.IsSprg(register) ? "it" : "them")}: {consequence}.";
        string cause = $"{Name}: {lost} lost to {HandlerText.WithArticle(culprit.Kind)} at {at}, {victim.Kind} taken "
            + $"in {HandlerText.Function(victim.Interrupted, guest)}";
        guest.Report(new Finding(
            Name, cause, summary, use.Count, culprit.Interrupted, WrongValue.Registers(ReturnRegisters.Name(register).ToLowerInvariant()))
        {
            Since = Math.Min(Math.Min(_stackSwitch?.Count ?? ulong.MaxValue, victim.Taken.Count), Replaced(culprit, guest) ?? ulong.MaxValue),
        });
    }

    /// <summary>The count at which the page that was missed went out of the TLB; null where that is too long ago.</summary>
    private static ulong? Replaced(Handler culprit, GuestView guest)
    {
        if (culprit.Kind != ExceptionKind.DataTlbMiss)
            return null;
        uint missed = culprit.Taken.Dear;
        return guest.Recent.Where(happened => happened is { Kind: GuestEventKind.TlbWritten, Number: >= 0 } && happened.Address != happened.Dear
            && (happened.Dear & Tlb.Valid) != 0 && ((happened.Dear ^ missed) & Tlb.PageMask(happened.Dear)) == 0)
            .Select(happened => (ulong?)happened.Count).LastOrDefault();
    }

    private static string ReturnTarget(in GuestEvent use, int register, GuestView guest)
    {
        if (use.Kind != GuestEventKind.SprRead)
            return $"{guest.Symbols.Name(use.Address)} with MSR 0x{use.Value:x8}";
        (uint address, uint msr) = register >= ReturnRegisters.Srr2
            ? (guest.Spr(Spr.Srr2), guest.Spr(Spr.Srr3))
            : (guest.Spr(Spr.Srr0), guest.Spr(Spr.Srr1));
        return $"{guest.Symbols.Name(address)} with MSR 0x{msr:x8}";
    }

    /// <summary>Who wrote a register last: an object, so that a fork shares what it does not change.</summary>
    /// <param name="By">The handler; its number is 0 outside of handlers.</param>
    /// <param name="Written">The exception or mtspr.</param>
    private sealed record Writer(Handler By, GuestEvent Written);
}
