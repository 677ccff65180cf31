using System.Globalization;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Which registers an event writes.</summary>
internal static class EventEffects
{
    /// <summary>Special-purpose registers that only moves and exceptions change, by name, with their numbers.</summary>
    private static readonly Dictionary<string, int> Sprs = new()
    {
        ["srr0"] = Spr.Srr0, ["srr1"] = Spr.Srr1, ["srr2"] = Spr.Srr2, ["srr3"] = Spr.Srr3, ["esr"] = Spr.Esr, ["dear"] = Spr.Dear,
        ["evpr"] = Spr.Evpr, ["pid"] = Spr.Pid, ["zpr"] = Spr.Zpr, ["usprg0"] = Spr.Usprg0,
        ["sprg0"] = Spr.Sprg0, ["sprg1"] = Spr.Sprg0 + 1, ["sprg2"] = Spr.Sprg0 + 2, ["sprg3"] = Spr.Sprg0 + 3,
        ["sprg4"] = Spr.Sprg0 + 4, ["sprg5"] = Spr.Sprg0 + 5, ["sprg6"] = Spr.Sprg0 + 6, ["sprg7"] = Spr.Sprg0 + 7,
    };

    private static readonly Dictionary<int, string> SprNames = Sprs.ToDictionary(spr => spr.Value, spr => spr.Key);

    /// <summary>Whether it is known who writes a register: timers and what debugs are changed by the machine itself.</summary>
    public static bool Knows(string register) =>
        register is "cr" or "xer" or "lr" or "ctr" or "msr" or "pc" || register[0] == 'r' || Sprs.ContainsKey(register);

    /// <summary>Gives the name of a special-purpose register of which it is known who writes it; null for others.</summary>
    public static string? NameOf(int spr) => spr switch
    {
        Spr.Xer => "xer",
        Spr.Lr => "lr",
        Spr.Ctr => "ctr",
        >= Spr.Sprg4Read and <= Spr.Sprg4Read + 3 => "sprg" + (spr - Spr.Sprg4Read + 4).ToString(CultureInfo.InvariantCulture),
        _ => SprNames.GetValueOrDefault(spr),
    };

    /// <summary>Whether an event writes a register, or a field of CR.</summary>
    public static bool Writes(this TracedEvent traced, ValuePlace place)
    {
        string register = place.Register!;
        if (traced.Exception is { } kind)
            return register is "pc" or "msr" || ExceptionWrites(kind, register);
        return !traced.IsForeignStore && InstructionWrites(traced.Word, register, place.Field);
    }

    private static bool ExceptionWrites(ExceptionKind kind, string register) => register switch
    {
        "srr0" or "srr1" => !kind.IsCritical(),
        "srr2" or "srr3" => kind.IsCritical(),
        "dear" => kind is ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.Alignment,
        "esr" => kind is ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.InstructionStorage or ExceptionKind.Program
            or ExceptionKind.MachineCheck,
        _ => false,
    };

    private static bool InstructionWrites(uint word, string register, int field)
    {
        Op op = Decoder.Decode(word);
        if (op == Op.Illegal)
            return false;
        InstructionRow row = Decoder.Row(op);
        SpecialSet specials = row.SpecialsWritten(word);
        return register switch
        {
            "pc" => row.Is(InstructionFlags.EndsBlock),
            "cr" => (row.CrFieldsWritten(word) & (field < 0 ? 0xff : 0x80u >> field)) != 0,
            "lr" => (specials & SpecialSet.Lr) != 0,
            "ctr" => (specials & SpecialSet.Ctr) != 0,
            "xer" => (specials & (SpecialSet.Ca | SpecialSet.Overflow)) != 0,
            "msr" => op is Op.Mtmsr or Op.Wrtee or Op.Wrteei or Op.Rfi or Op.Rfci,
            ['r', .. var number] when int.TryParse(number, out int gpr) => (row.GprsWritten(word) & (1u << gpr)) != 0,
            _ => op == Op.Mtspr && Sprs.TryGetValue(register, out int spr) && Field.Spr(word) == spr,
        };
    }
}
