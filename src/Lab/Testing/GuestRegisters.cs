using PpcJit.Kernel;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Testing;

/// <summary>
/// The registers of a guest's processor where it stands. A write begins another run there: what the guest did after that moment is forgotten.
/// </summary>
public sealed class GuestRegisters
{
    private readonly Timeline _timeline;

    internal GuestRegisters(Timeline timeline) => _timeline = timeline;

    /// <summary>The names of all registers: r0 to r31, pc, msr, cr, and the special purpose registers.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. DebugRegister.All.Select(register => register.Name)];

    /// <summary>A general register.</summary>
    /// <param name="number">0 to 31.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that number.</exception>
    public uint this[int number]
    {
        get => Find(number).Read(Processor);
        set => Write(Find(number), value);
    }

    /// <summary>A register by its name, such as <c>r3</c>, <c>pc</c>, <c>srr0</c> or <c>sprg4</c>, in any letter case.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is none of that name, or it cannot be written.</exception>
    public uint this[string name]
    {
        get => Find(name).Read(Processor);
        set => Write(Find(name), value);
    }

#pragma warning disable CS1591 // The names are the manual's.
    public uint R0 { get => this[0]; set => this[0] = value; }
    public uint R1 { get => this[1]; set => this[1] = value; }
    public uint R2 { get => this[2]; set => this[2] = value; }
    public uint R3 { get => this[3]; set => this[3] = value; }
    public uint R4 { get => this[4]; set => this[4] = value; }
    public uint R5 { get => this[5]; set => this[5] = value; }
    public uint R6 { get => this[6]; set => this[6] = value; }
    public uint R7 { get => this[7]; set => this[7] = value; }
    public uint R8 { get => this[8]; set => this[8] = value; }
    public uint R9 { get => this[9]; set => this[9] = value; }
    public uint R10 { get => this[10]; set => this[10] = value; }
    public uint R11 { get => this[11]; set => this[11] = value; }
    public uint R12 { get => this[12]; set => this[12] = value; }
    public uint R13 { get => this[13]; set => this[13] = value; }
    public uint R14 { get => this[14]; set => this[14] = value; }
    public uint R15 { get => this[15]; set => this[15] = value; }
    public uint R16 { get => this[16]; set => this[16] = value; }
    public uint R17 { get => this[17]; set => this[17] = value; }
    public uint R18 { get => this[18]; set => this[18] = value; }
    public uint R19 { get => this[19]; set => this[19] = value; }
    public uint R20 { get => this[20]; set => this[20] = value; }
    public uint R21 { get => this[21]; set => this[21] = value; }
    public uint R22 { get => this[22]; set => this[22] = value; }
    public uint R23 { get => this[23]; set => this[23] = value; }
    public uint R24 { get => this[24]; set => this[24] = value; }
    public uint R25 { get => this[25]; set => this[25] = value; }
    public uint R26 { get => this[26]; set => this[26] = value; }
    public uint R27 { get => this[27]; set => this[27] = value; }
    public uint R28 { get => this[28]; set => this[28] = value; }
    public uint R29 { get => this[29]; set => this[29] = value; }
    public uint R30 { get => this[30]; set => this[30] = value; }
    public uint R31 { get => this[31]; set => this[31] = value; }

    public uint Pc { get => this["pc"]; set => this["pc"] = value; }
    public uint Msr { get => this["msr"]; set => this["msr"] = value; }
    public uint Cr { get => this["cr"]; set => this["cr"] = value; }
    public uint Lr { get => this["lr"]; set => this["lr"] = value; }
    public uint Ctr { get => this["ctr"]; set => this["ctr"] = value; }
    public uint Xer { get => this["xer"]; set => this["xer"] = value; }
    public uint Srr0 { get => this["srr0"]; set => this["srr0"] = value; }
    public uint Srr1 { get => this["srr1"]; set => this["srr1"] = value; }
    public uint Srr2 { get => this["srr2"]; set => this["srr2"] = value; }
    public uint Srr3 { get => this["srr3"]; set => this["srr3"] = value; }
    public uint Esr { get => this["esr"]; set => this["esr"] = value; }
    public uint Dear { get => this["dear"]; set => this["dear"] = value; }
    public uint Evpr { get => this["evpr"]; set => this["evpr"] = value; }
    public uint Pid { get => this["pid"]; set => this["pid"] = value; }
    public uint Tcr { get => this["tcr"]; set => this["tcr"] = value; }
    public uint Tsr { get => this["tsr"]; set => this["tsr"] = value; }
#pragma warning restore CS1591

    private Processor Processor => _timeline.Machine.Board.Processor;

    private static DebugRegister Find(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 31);
        return DebugRegister.All[number];
    }

    private static DebugRegister Find(string name) => DebugRegister.Find(name)
        ?? throw new ArgumentException($"There is no register '{name}'.{NearestName.Question(name, Names)}", nameof(name));

    private void Write(DebugRegister register, uint value)
    {
        if (register.Write is not { } write || !_timeline.Change(write(value)))
            throw new ArgumentException($"The register {register.Name} cannot be written.");
    }
}
