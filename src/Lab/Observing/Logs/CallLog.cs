using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs calls and returns.</summary>
internal sealed unsafe class CallLog(ObservedGuest guest, LogLines lines, ExecutionFlow flow) : ILogSource, IFlowListener
{
    private const int FirstArgument = 3, Arguments = 4;

    /// <inheritdoc/>
    public void Begin() => flow.Add(this);

    /// <inheritdoc/>
    public void End() => flow.Remove(this);

    /// <inheritdoc/>
    public void Ran(in CodeRun run)
    {
    }

    /// <inheritdoc/>
    public void Transferred(in Transfer transfer)
    {
        // A call of the next instruction only asks where it is.
        if (transfer.Kind is not (TransferKind.Call or TransferKind.Return) || transfer.To == transfer.From + 4)
            return;
        bool isCall = transfer.Kind == TransferKind.Call;
        if (lines.Begin(isCall ? "call      "u8 : "return    "u8, transfer.From, transfer.Msr) is not { } line)
            return;
        line.Add(isCall ? "calls "u8 : "to "u8).Add(lines.Place(guest.Places.Linked(transfer.To, transfer.Msr)));
        for (int n = 0; n < (isCall ? Arguments : 1); n++)
            line.Add(" r"u8).Decimal(FirstArgument + n).Add("="u8).ShortHex(guest.State->Gpr[FirstArgument + n]);
        lines.End();
    }
}
