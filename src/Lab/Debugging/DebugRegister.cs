using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>A register of the core that a person may look at and, where it can be written, change.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">What it belongs to: <c>general</c>, <c>system</c>, <c>timer</c>, <c>mmu</c> or <c>debug</c>.</param>
/// <param name="Read">Reads it without side effects.</param>
/// <param name="Write">Makes the change that writes it; null when it cannot be written.</param>
public sealed unsafe record DebugRegister(string Name, string Group, Func<Processor, uint> Read, Func<uint, Injection>? Write)
{
    /// <summary>The group of the registers that every program uses.</summary>
    public const string General = "general";

    /// <summary>The bits of the MSR by name, from the most significant one on.</summary>
    internal static IReadOnlyList<(uint Bit, string Name)> MsrBits { get; } =
    [
        (Msr.We, "WE"), (Msr.Ce, "CE"), (Msr.Ee, "EE"), (Msr.Pr, "PR"), (Msr.Me, "ME"), (Msr.Dwe, "DWE"),
        (Msr.De, "DE"), (Msr.Ir, "IR"), (Msr.Dr, "DR"),
    ];

    private static readonly (string Group, (string Name, int Spr)[] Registers)[] Special =
    [
        (General, [("lr", Spr.Lr), ("ctr", Spr.Ctr), ("xer", Spr.Xer)]),
        ("system",
        [
            ("pvr", Spr.Pvr), ("srr0", Spr.Srr0), ("srr1", Spr.Srr1), ("srr2", Spr.Srr2), ("srr3", Spr.Srr3),
            ("esr", Spr.Esr), ("dear", Spr.Dear), ("evpr", Spr.Evpr),
            .. Enumerable.Range(0, 8).Select(n => ($"sprg{n}", Spr.Sprg0 + n)), ("usprg0", Spr.Usprg0), ("ccr0", Spr.Ccr0), ("icdbdr", Spr.Icdbdr),
        ]),
        ("timer", [("tbl", Spr.Tbl), ("tbu", Spr.Tbu), ("tcr", Spr.Tcr), ("tsr", Spr.Tsr), ("pit", Spr.Pit)]),
        ("mmu",
        [
            ("pid", Spr.Pid), ("zpr", Spr.Zpr), ("dccr", Spr.Dccr), ("dcwr", Spr.Dcwr), ("iccr", Spr.Iccr),
            ("sgr", Spr.Sgr), ("sler", Spr.Sler), ("su0r", Spr.Su0r),
        ]),
        ("debug",
        [
            ("dbcr0", Spr.Dbcr0), ("dbcr1", Spr.Dbcr1), ("dbsr", Spr.Dbsr), ("iac1", Spr.Iac1), ("iac2", Spr.Iac2),
            ("iac3", Spr.Iac3), ("iac4", Spr.Iac4),
            ("dac1", Spr.Dac1), ("dac2", Spr.Dac2), ("dvc1", Spr.Dvc1), ("dvc2", Spr.Dvc2),
        ]),
    ];

    /// <summary>All registers: r0 to r31, pc, msr, cr, then the special purpose registers by group.</summary>
    public static IReadOnlyList<DebugRegister> All { get; } = [.. Core(), .. Specials()];

    /// <summary>Finds a register by its name; null when there is none.</summary>
    public static DebugRegister? Find(string name) => All.FirstOrDefault(register => register.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static DebugRegister[] Core() =>
    [
        .. Enumerable.Range(0, 32).Select(n => new DebugRegister($"r{n}", General, core => core.State->Gpr[n], value => new GprInjection(n, value))),
        new("pc", General, core => core.State->Pc, value => new PcInjection(value)),
        new("msr", General, core => core.State->Msr, value => new MsrInjection(value)),
        new("cr", General, core => core.State->CrBits, value => new CrInjection(value)),
    ];

    private static IEnumerable<DebugRegister> Specials()
    {
        foreach ((string group, (string Name, int Spr)[] registers) in Special)
        {
            foreach ((string name, int spr) in registers)
            {
                Func<uint, Injection>? write = spr is Spr.Pvr or Spr.Icdbdr ? null : value => new SprInjection(spr, value);
                yield return new DebugRegister(name, group, core => core.TryReadSpr(spr, out uint value) ? value : 0, write);
            }
        }
    }
}
