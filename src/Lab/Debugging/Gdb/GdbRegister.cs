using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

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
    /// <summary>Number of the first register that is none of gdb's core set.</summary>
    public const int FirstSpecial = 128;

    /// <summary>Number of the PC.</summary>
    public const int Pc = 64;

    /// <summary>Number of the stack pointer.</summary>
    public const int StackPointer = 1;

    private static readonly (string Group, (string Name, int Spr)[] Registers)[] Special =
    [
        ("system",
        [
            ("pvr", Spr.Pvr), ("srr0", Spr.Srr0), ("srr1", Spr.Srr1), ("srr2", Spr.Srr2), ("srr3", Spr.Srr3), ("esr", Spr.Esr), ("dear", Spr.Dear), ("evpr", Spr.Evpr),
            .. Enumerable.Range(0, 8).Select(n => ($"sprg{n}", Spr.Sprg0 + n)), ("usprg0", Spr.Usprg0), ("ccr0", Spr.Ccr0), ("icdbdr", Spr.Icdbdr),
        ]),
        ("timer", [("tbl", Spr.Tbl), ("tbu", Spr.Tbu), ("tcr", Spr.Tcr), ("tsr", Spr.Tsr), ("pit", Spr.Pit)]),
        ("mmu",
        [
            ("pid", Spr.Pid), ("zpr", Spr.Zpr), ("dccr", Spr.Dccr), ("dcwr", Spr.Dcwr), ("iccr", Spr.Iccr), ("sgr", Spr.Sgr), ("sler", Spr.Sler), ("su0r", Spr.Su0r),
        ]),
        ("debug",
        [
            ("dbcr0", Spr.Dbcr0), ("dbcr1", Spr.Dbcr1), ("dbsr", Spr.Dbsr), ("iac1", Spr.Iac1), ("iac2", Spr.Iac2), ("iac3", Spr.Iac3), ("iac4", Spr.Iac4),
            ("dac1", Spr.Dac1), ("dac2", Spr.Dac2), ("dvc1", Spr.Dvc1), ("dvc2", Spr.Dvc2),
        ]),
    ];

    /// <summary>The registers in the order of their numbers, which is that of the packet <c>g</c>.</summary>
    public static IReadOnlyList<GdbRegister> All { get; } = [.. Core(), .. Specials()];

    /// <summary>Bytes of its value.</summary>
    public int Size => Type == "uint64" ? 8 : 4;

    /// <summary>Finds a register by its number; null when there is none.</summary>
    public static GdbRegister? Find(uint number) => All.FirstOrDefault(register => register.Number == number);

    private static IEnumerable<GdbRegister> Core()
    {
        for (int n = 0; n < 32; n++)
        {
            int number = n;
            yield return Named($"r{n}", n, n == StackPointer ? "data_ptr" : "uint32", value => new GprInjection(number, (uint)value));
        }

        yield return Named("pc", Pc, "code_ptr", value => new PcInjection((uint)value));
        yield return Named("msr", 65, "msr_flags", value => new MsrInjection((uint)value));
        yield return Named("cr", 66, "uint32", value => new CrInjection((uint)value));
        yield return OfSpr("lr", 67, "code_ptr", null, Spr.Lr);
        yield return OfSpr("ctr", 68, "uint32", null, Spr.Ctr);
        yield return OfSpr("xer", 69, "uint32", null, Spr.Xer);
    }

    private static IEnumerable<GdbRegister> Specials()
    {
        int number = FirstSpecial;
        foreach ((string group, (string Name, int Spr)[] registers) in Special)
        {
            foreach ((string name, int spr) in registers)
                yield return OfSpr(name, number++, "uint32", group, spr);
        }

        yield return new GdbRegister("icount", number, "uint64", "timer", board => board.Events.Now, Write: null);
    }

    private static GdbRegister Named(string name, int number, string type, Func<ulong, Injection> write) =>
        new(name, number, type, null, board => RegisterNames.Read(board.Processor, name), write);

    private static GdbRegister OfSpr(string name, int number, string type, string? group, int spr) => new(
        name, number, type, group,
        board => board.Processor.TryReadSpr(spr, out uint value) ? value : 0,
        spr is Spr.Pvr or Spr.Icdbdr ? null : value => new SprInjection(spr, (uint)value));
}
