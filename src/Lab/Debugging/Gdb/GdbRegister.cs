using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>A register as gdb knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number in the protocol.</param>
/// <param name="Type">Its type in the target description.</param>
/// <param name="Group">The group of <c>info registers GROUP</c>; null for a general one.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Write">Makes the change that writes it; null when it cannot be written.</param>
internal sealed record GdbRegister(string Name, int Number, string Type, string? Group, Func<Board, ulong> Read, Func<ulong, Injection>? Write)
{
    /// <summary>Number of the first register outside of gdb's core set.</summary>
    public const int FirstSpecial = 128;

    /// <summary>Number of the PC.</summary>
    public const int Pc = 64;

    /// <summary>Number of the stack pointer.</summary>
    public const int StackPointer = 1;

    /// <summary>What follows r0 to r31 in gdb's core set, from the PC on.</summary>
    private static readonly string[] BehindGeneral = ["pc", "msr", "cr", "lr", "ctr", "xer"];

    /// <summary>The registers in the order of their numbers, which is that of the packet <c>g</c>.</summary>
    public static IReadOnlyList<GdbRegister> All { get; } = [.. Core(), .. Specials()];

    private static Dictionary<uint, GdbRegister> ByNumber { get; } = All.ToDictionary(register => (uint)register.Number);

    /// <summary>Bytes of its value.</summary>
    public int Size => Type == "uint64" ? 8 : 4;

    /// <summary>Finds a register by its number; null when there is none.</summary>
    public static GdbRegister? Find(uint number) => ByNumber.GetValueOrDefault(number);

    private static IEnumerable<GdbRegister> Core() =>
        [.. Enumerable.Range(0, 32).Select(n => Of(DebugRegister.Find($"r{n}")!, n)),
            .. BehindGeneral.Select((name, n) => Of(DebugRegister.Find(name)!, Pc + n))];

    private static IEnumerable<GdbRegister> Specials()
    {
        int number = FirstSpecial;
        foreach (DebugRegister register in DebugRegister.All.Where(register => register.Group != DebugRegister.General))
            yield return Of(register, number++);
        yield return new GdbRegister("icount", number, "uint64", "timer", board => board.Events.Now, Write: null);
    }

    private static GdbRegister Of(DebugRegister register, int number)
    {
        string type = register.Name switch { "r1" => "data_ptr", "pc" or "lr" => "code_ptr", "msr" => "msr_flags", _ => "uint32" };
        return new GdbRegister(
            register.Name, number, type, number < FirstSpecial ? null : register.Group,
            board => register.Read(board.Processor), register.Write is { } write ? value => write((uint)value) : null);
    }
}
