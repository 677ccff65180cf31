using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>What checks say about handlers, stacks and pages, for people.</summary>
internal static class HandlerText
{
    /// <summary>An exception's name inside a sentence.</summary>
    public static string NameOf(ExceptionKind kind) => kind switch
    {
        ExceptionKind.DataTlbMiss => "data TLB miss",
        ExceptionKind.InstructionTlbMiss => "instruction TLB miss",
        ExceptionKind.DataStorage => "data storage exception",
        ExceptionKind.InstructionStorage => "instruction storage exception",
        ExceptionKind.Alignment => "alignment exception",
        ExceptionKind.Program => "program exception",
        ExceptionKind.SystemCall => "system call",
        ExceptionKind.MachineCheck => "machine check",
        ExceptionKind.CriticalInput => "critical interrupt",
        ExceptionKind.External => "external interrupt",
        ExceptionKind.Pit => "PIT interrupt",
        ExceptionKind.Fit => "FIT interrupt",
        ExceptionKind.Watchdog => "watchdog interrupt",
        _ => "debug exception",
    };

    /// <summary>The function that an address lies in, without an offset, or the address.</summary>
    public static string Function(uint address, GuestView guest) => guest.Symbols.Find(address)?.Symbol.Name ?? $"0x{address:x8}";

    /// <summary>Says what was interrupted: <c>a PIT interrupt came at softint_return+0x2c in lwp 'init'</c>.</summary>
    public static string Interruption(Handler handler, GuestView guest)
    {
        string verb = handler.IsInterrupt ? "came" : "was taken";
        return $"{WithArticle(handler.Kind)} {verb} at {guest.Symbols.Name(handler.Interrupted)}{Owner(handler, guest)}";
    }

    /// <summary>An exception's name with "a" or "an".</summary>
    public static string WithArticle(ExceptionKind kind)
    {
        string name = NameOf(kind);
        return $"{("aeiou".Contains(name[0], StringComparison.Ordinal) ? "an" : "a")} {name}";
    }

    /// <summary>The same text as the beginning of a sentence.</summary>
    public static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Says what address a data exception was about; nothing for others.</summary>
    public static string Cause(Handler handler, GuestView guest) =>
        handler.Kind is ExceptionKind.DataTlbMiss or ExceptionKind.DataStorage ? $" for {guest.DescribeStack(handler.Taken.Dear)}" : "";

    /// <summary>
    /// Whether r1 was set to a stack of the kernel, while translation was on: handlers also use r1 for other things.
    /// </summary>
    public static bool IsKernelStack(in GuestEvent switched, GuestView guest) =>
        (switched.Msr & (Msr.Pr | Msr.Dr)) == Msr.Dr && (guest.Kernel.UAreaSize is null || guest.FindUArea(switched.Address) is not null);

    private static string Owner(Handler handler, GuestView guest) => handler.Lwp != 0 ? $" in {guest.NameOf(handler.Lwp)}" : "";
}
