using System.Globalization;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Runs;

/// <summary>Changes by hand as words: <c>memory ADDRESS HEX</c>, <c>device ADDRESS SIZE VALUE</c>, <c>dcr NUMBER VALUE</c>,
/// <c>gpr NUMBER VALUE</c>, <c>spr NUMBER VALUE</c>, <c>pc VALUE</c>, <c>msr VALUE</c>, <c>cr VALUE</c>,
/// <c>evict ENTRY</c>, <c>uic INPUT</c>, <c>interrupt NAME</c>, <c>hold NAME</c>, <c>release NAME</c>; numbers are hexadecimal.</summary>
public static class InjectionText
{
    private const int MaxSpr = 1023;
    private const int MaxDcr = 1023;

    private static readonly InterruptSource[] CoreInterrupts =
        [InterruptSource.External, InterruptSource.CriticalInput, InterruptSource.Pit, InterruptSource.Fit,
            InterruptSource.Watchdog, InterruptSource.MachineCheck];

    /// <summary>Describes a change.</summary>
    public static string Of(Injection change) => change switch
    {
        MemoryInjection memory => $"memory {memory.Physical:x} {Convert.ToHexStringLower(memory.Bytes.Span)}",
        DeviceInjection device => $"device {device.Physical:x} {device.Size:x} {device.Value:x}",
        DcrInjection dcr => $"dcr {dcr.Number:x} {dcr.Value:x}",
        GprInjection gpr => $"gpr {gpr.Number:x} {gpr.Value:x}",
        SprInjection spr => $"spr {spr.Number:x} {spr.Value:x}",
        PcInjection pc => $"pc {pc.Value:x}",
        MsrInjection msr => $"msr {msr.Value:x}",
        CrInjection cr => $"cr {cr.Value:x}",
        TlbEvictInjection evict => $"evict {evict.Index:x}",
        InterruptInjection { Source: InterruptSource.None } interrupt => $"uic {interrupt.Input:x}",
        InterruptInjection interrupt => $"interrupt {interrupt.Source}",
        HoldInjection hold => $"{(hold.Holds ? "hold" : "release")} {hold.Source}",
        _ => throw new InvalidOperationException($"There are no words for {change.GetType().Name}."),
    };

    /// <summary>Reads a change.</summary>
    /// <returns>Null when it is not one.</returns>
    public static Injection? Parse(ReadOnlySpan<string> words) => words switch
    {
        ["memory", var address, var bytes] when Number(address) is { } at && Bytes(bytes) is { } content => new MemoryInjection(at, content),
        ["device", var address, var size, var value] when Number(address) is { } at && Number(size) is { } bytes and (1 or 2 or 4)
            && Number(value) is { } written =>
            new DeviceInjection(at, (int)bytes, written),
        ["dcr", var number, var value] when Number(number) is { } register and <= MaxDcr && Number(value) is { } written =>
            new DcrInjection(register, written),
        ["gpr", var number, var value] when Number(number) is { } register and <= 31 && Number(value) is { } written =>
            new GprInjection((int)register, written),
        ["spr", var number, var value] when Number(number) is { } register and <= MaxSpr && Number(value) is { } written =>
            new SprInjection((int)register, written),
        ["pc", var value] when Number(value) is { } written => new PcInjection(written),
        ["msr", var value] when Number(value) is { } written => new MsrInjection(written),
        ["cr", var value] when Number(value) is { } written => new CrInjection(written),
        ["evict", var number] when Number(number) is { } entry and < CpuState.TlbEntries => new TlbEvictInjection((int)entry),
        ["uic", var number] when Number(number) is { } input and <= 31 => new InterruptInjection(InterruptSource.None, (int)input),
        ["interrupt", var name] when Core(name) is var found and not InterruptSource.None => new InterruptInjection(found, -1),
        ["hold", var name] when Core(name) is var found and not InterruptSource.None => new HoldInjection(found, Holds: true),
        ["release", var name] when Core(name) is var found and not InterruptSource.None => new HoldInjection(found, Holds: false),
        _ => null,
    };

    private static InterruptSource Core(string name) => Array.Find(CoreInterrupts, source => source.ToString() == name);

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) ? value : null;

    private static byte[]? Bytes(string text)
    {
        byte[] bytes = new byte[text.Length / 2];
        return text.Length > 0
            && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == bytes.Length && text.Length % 2 == 0
            ? bytes : null;
    }
}
