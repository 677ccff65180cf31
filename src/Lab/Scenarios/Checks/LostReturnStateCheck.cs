using PpcJit.Lab.Scenarios.Watching;
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
    private readonly TlbHistory _tlb;
    private readonly Writer[] _writers = new Writer[ReturnRegisters.Count];
    private GuestEvent? _stackSwitch;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public LostReturnStateCheck() => (_handlers, _tlb) = (new HandlerTracker(), new TlbHistory());

    private LostReturnStateCheck(LostReturnStateCheck other)
    {
        (_handlers, _tlb) = (other._handlers.Fork(), other._tlb.Fork());
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
        _tlb.Observe(happened, _handlers.Current);
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
        if (_handlers.Current is not { } running || _writers[register].By.Id == running.Id)
            return false;
        if ((running.Marks & (1u << register)) == 0)
            return false;
        Report(register, running, _writers[register], use, guest);
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

        List<CausalStep> chain = [];
        if (_stackSwitch is { } switched && switched.Count <= victim.Taken.Count)
            chain.Add(new(switched.Count, switched.Pc, $"{symbols.Name(switched.Pc)} sets r1 to {guest.DescribeStack(switched.Address)}"));
        if (culprit.Kind == ExceptionKind.DataTlbMiss && _tlb.LastOf(culprit.Taken.Dear) is { } replaced)
            chain.Add(HandlerText.Step(replaced, guest));
        chain.Add(HandlerText.Step(victim, guest));
        chain.Add(HandlerText.Step(culprit, guest));
        string how = use.Kind == GuestEventKind.SprRead ? $"reads {ReturnRegisters.Name(register)} = 0x{use.Value:x8}" : "returns by it";
        chain.Add(new(use.Count, use.Pc,
            $"the handler goes on and {how} at {symbols.Name(use.Pc)}: that is the {HandlerText.NameOf(culprit.Kind)}'s, not its own"));
        string cause = $"{Name}: {lost} lost to {HandlerText.WithArticle(culprit.Kind)} at {at}, {victim.Kind} taken "
            + $"in {HandlerText.Function(victim.Interrupted, guest)}";
        guest.Report(new Finding(Name, cause, summary, use.Count, culprit.Interrupted, [.. chain.OrderBy(step => step.Count)]));
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

    /// <summary>Who wrote a register last.</summary>
    /// <param name="By">The handler; its number is 0 outside of handlers.</param>
    /// <param name="Written">The exception or mtspr.</param>
    private readonly record struct Writer(Handler By, GuestEvent Written);
}
