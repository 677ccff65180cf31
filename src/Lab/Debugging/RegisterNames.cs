using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>The architected registers of a core by name: how reports call them, and how case files read and write them.</summary>
public static unsafe class RegisterNames
{
    private static readonly (string Name, int Offset)[] Plain = Words();
    private static readonly Dictionary<string, int> Offsets = Plain.ToDictionary(word => word.Name, word => word.Offset);

    /// <summary>All names in the order of reports: r0 to r31, cr, xer, lr, ctr, pc, msr, ...</summary>
    public static IReadOnlyList<string> All { get; } = [.. Plain.Select(word => word.Name).Concat(["cr", "xer", "pit", "tbl", "tbu"])];

    /// <summary>Whether there is a register of that name.</summary>
    public static bool Exists(string name) => All.Contains(name);

    /// <summary>Reads a register.</summary>
    /// <exception cref="ArgumentException">There is no such register.</exception>
    public static uint Read(Processor processor, string name)
    {
        CpuState* state = processor.State;
        return name switch
        {
            "cr" => state->CrBits,
            "xer" => state->Xer,
            "pit" => processor.Timers.Pit,
            "tbl" => (uint)processor.Timers.Timebase,
            "tbu" => (uint)(processor.Timers.Timebase >> 32),
            _ => *(uint*)((byte*)state + OffsetOf(name)),
        };
    }

    /// <summary>Writes a register so that everything derived from it is right; reserved bits become zero.</summary>
    /// <exception cref="ArgumentException">There is no such register.</exception>
    public static void Write(Processor processor, string name, uint value)
    {
        CpuState* state = processor.State;
        int? spr = SprOf(name);
        if (spr is { } number)
            processor.TryWriteSpr(number, value);
        else if (name == "cr")
            state->CrBits = value;
        else if (name == "msr")
            state->Msr = value & Msr.Implemented;
        else if (name == "pc")
            state->Pc = value & ~3u;
        else
            *(uint*)((byte*)state + OffsetOf(name)) = value;
        if (name is "tcr" or "tsr")
            processor.Timers.WriteTsr(0); // What follows from the new bits: pending interrupts and the next events.
    }

    /// <summary>Gives the write of a register as a change by hand; null for registers that those do not reach, or write otherwise.</summary>
    public static Injection? ChangeOf(string name, uint value) => name switch
    {
        "pc" => new PcInjection(value),
        "msr" => new MsrInjection(value),
        "cr" => new CrInjection(value),
        "lr" => new SprInjection(Spr.Lr, value),
        "ctr" => new SprInjection(Spr.Ctr, value),
        "xer" => new SprInjection(Spr.Xer, value),
        "dear" => new SprInjection(Spr.Dear, value),
        "usprg0" => new SprInjection(Spr.Usprg0, value),
        ['s', 'p', 'r', 'g', >= '0' and <= '7' and var digit] => new SprInjection(Spr.Sprg0 + (digit - '0'), value),
        _ when SprOf(name) is { } number => new SprInjection(number, value),
        ['r', .. var number] when int.TryParse(number, out int gpr) && gpr is >= 0 and < 32 => new GprInjection(gpr, value),
        _ => null,
    };

    /// <summary>The word registers with their offsets in the state.</summary>
    internal static ReadOnlySpan<(string Name, int Offset)> PlainWords => Plain;

    private static int OffsetOf(string name) =>
        Offsets.TryGetValue(name, out int offset) ? offset : throw new ArgumentException($"There is no register {name}.", nameof(name));

    // Registers whose writing does more than store a word.
    private static int? SprOf(string name) => name switch
    {
        "xer" => Spr.Xer,
        "pit" => Spr.Pit,
        "tbl" => Spr.Tbl,
        "tbu" => Spr.Tbu,
        "zpr" => Spr.Zpr,
        "pid" => Spr.Pid,
        "ccr0" => Spr.Ccr0,
        "evpr" => Spr.Evpr,
        "esr" => Spr.Esr,
        "srr0" => Spr.Srr0,
        "srr1" => Spr.Srr1,
        "srr2" => Spr.Srr2,
        "srr3" => Spr.Srr3,
        "sgr" => Spr.Sgr,
        "dcwr" => Spr.Dcwr,
        "sler" => Spr.Sler,
        "su0r" => Spr.Su0r,
        "dccr" => Spr.Dccr,
        "dbcr0" => Spr.Dbcr0,
        "dbcr1" => Spr.Dbcr1,
        _ => null,
    };

    private static (string Name, int Offset)[] Words()
    {
        CpuState layout;
        CpuState* s = &layout;
        List<(string, int)> words = [];
        void Add(string name, void* field) => words.Add((name, CpuState.OffsetOf(s, field)));
        for (int n = 0; n < 32; n++)
            Add($"r{n}", &s->Gpr[n]);
        Add("lr", &s->Lr);
        Add("ctr", &s->Ctr);
        Add("pc", &s->Pc);
        Add("msr", &s->Msr);
        Add("pid", &s->Pid);
        Add("zpr", &s->Zpr);
        Add("pending", &s->PendingInterrupts);
        Add("reservation", &s->Reservation);
        Add("srr0", &s->Srr0);
        Add("srr1", &s->Srr1);
        Add("srr2", &s->Srr2);
        Add("srr3", &s->Srr3);
        for (int n = 0; n < 8; n++)
            Add($"sprg{n}", &s->Sprg[n]);
        Add("usprg0", &s->Usprg0);
        Add("esr", &s->Esr);
        Add("dear", &s->Dear);
        Add("evpr", &s->Evpr);
        Add("tcr", &s->Tcr);
        Add("tsr", &s->Tsr);
        Add("pit-reload", &s->PitReload);
        Add("pit-running", &s->PitRunning);
        Add("dccr", &s->Dccr);
        Add("dcwr", &s->Dcwr);
        Add("iccr", &s->Iccr);
        Add("sgr", &s->Sgr);
        Add("sler", &s->Sler);
        Add("su0r", &s->Su0r);
        Add("ccr0", &s->Ccr0);
        Add("icdbdr", &s->Icdbdr);
        Add("dbcr0", &s->Dbcr0);
        Add("dbcr1", &s->Dbcr1);
        Add("dbsr", &s->Dbsr);
        for (int n = 0; n < 4; n++)
            Add($"iac{n + 1}", &s->Iac[n]);
        for (int n = 0; n < 2; n++)
            Add($"dac{n + 1}", &s->Dac[n]);
        for (int n = 0; n < 2; n++)
            Add($"dvc{n + 1}", &s->Dvc[n]);
        return [.. words];
    }
}
