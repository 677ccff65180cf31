using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Says what an event was, for people.</summary>
internal static class EventText
{
    /// <summary>Gives one short sentence without a full stop.</summary>
    public static string Describe(in GuestEvent happened, GuestView guest)
    {
        string address = guest.Symbols.Describe(happened.Address);
        return happened.Kind switch
        {
            GuestEventKind.ExceptionTaken => Exception(happened, guest),
            GuestEventKind.ReturnedFromInterrupt => $"rfi to {address}",
            GuestEventKind.ReturnedFromCritical => $"rfci to {address}",
            GuestEventKind.SprRead => $"{SprName(happened.Number)} read: 0x{happened.Value:x8}",
            GuestEventKind.SprWritten => $"{SprName(happened.Number)} = 0x{happened.Value:x8}",
            GuestEventKind.TlbWritten => TlbWrite(happened),
            GuestEventKind.RealModeStore => $"store with translation off to real address 0x{happened.Address:x8}",
            GuestEventKind.StackSwitched => $"r1 = {guest.DescribeStack(happened.Address)}",
            GuestEventKind.Reached => $"reaches {address}",
            GuestEventKind.Unanswered => $"{(happened.Number != 0 ? "store to" : "load from")} physical address "
                + $"0x{happened.Address:x8}, where the board has nothing",
            _ => $"injected here, ahead of {address}",
        };
    }

    private static string Exception(in GuestEvent happened, GuestView guest)
    {
        string data = happened.Exception is ExceptionKind.DataTlbMiss or ExceptionKind.DataStorage or ExceptionKind.Alignment
            ? $" on {guest.DescribeStack(happened.Dear)}"
            : "";
        return $"{happened.Exception} at {guest.Symbols.Describe(happened.Address)}{data}";
    }

    private static string TlbWrite(in GuestEvent happened)
    {
        if (happened.Number < 0)
            return "all TLB entries invalidated";
        string now = (happened.Address & Tlb.Valid) != 0 ? $"maps 0x{happened.Address & Tlb.PageMask(happened.Address):x8}" : "is invalid";
        string before = (happened.Dear & Tlb.Valid) != 0 ? $" in place of 0x{happened.Dear & Tlb.PageMask(happened.Dear):x8}" : "";
        return $"TLB entry {happened.Number} {now}{before}";
    }

    private static string SprName(int number) => number switch
    {
        Spr.Srr0 => "SRR0",
        Spr.Srr1 => "SRR1",
        Spr.Srr2 => "SRR2",
        Spr.Srr3 => "SRR3",
        Spr.Pid => "PID",
        >= Spr.Sprg0 and <= Spr.Sprg7 => $"SPRG{number - Spr.Sprg0}",
        _ => $"SPR {number}",
    };
}
