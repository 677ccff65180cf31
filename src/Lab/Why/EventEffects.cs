using System.Globalization;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Which registers an event writes, and how such events are found in a run.</summary>
internal static class EventEffects
{
    /// <summary>Special-purpose registers that moves, exceptions and the machine itself change, by name, with their numbers.</summary>
    private static readonly Dictionary<string, int> Sprs = new()
    {
        ["srr0"] = Spr.Srr0, ["srr1"] = Spr.Srr1, ["srr2"] = Spr.Srr2, ["srr3"] = Spr.Srr3, ["esr"] = Spr.Esr, ["dear"] = Spr.Dear,
        ["evpr"] = Spr.Evpr, ["pid"] = Spr.Pid, ["zpr"] = Spr.Zpr, ["usprg0"] = Spr.Usprg0,
        ["sprg0"] = Spr.Sprg0, ["sprg1"] = Spr.Sprg0 + 1, ["sprg2"] = Spr.Sprg0 + 2, ["sprg3"] = Spr.Sprg0 + 3,
        ["sprg4"] = Spr.Sprg0 + 4, ["sprg5"] = Spr.Sprg0 + 5, ["sprg6"] = Spr.Sprg0 + 6, ["sprg7"] = Spr.Sprg0 + 7,
        ["tbl"] = Spr.Tbl, ["tbu"] = Spr.Tbu, ["pit"] = Spr.Pit, ["tcr"] = Spr.Tcr, ["tsr"] = Spr.Tsr,
        ["sgr"] = Spr.Sgr, ["dcwr"] = Spr.Dcwr, ["sler"] = Spr.Sler, ["su0r"] = Spr.Su0r, ["dccr"] = Spr.Dccr, ["iccr"] = Spr.Iccr,
        ["ccr0"] = Spr.Ccr0, ["dbcr0"] = Spr.Dbcr0, ["dbcr1"] = Spr.Dbcr1, ["dbsr"] = Spr.Dbsr,
        ["iac1"] = Spr.Iac1, ["iac2"] = Spr.Iac2, ["iac3"] = Spr.Iac3, ["iac4"] = Spr.Iac4, ["dac1"] = Spr.Dac1, ["dac2"] = Spr.Dac2,
        ["dvc1"] = Spr.Dvc1, ["dvc2"] = Spr.Dvc2,
    };

    private static readonly Dictionary<int, string> SprNames = Sprs.ToDictionary(spr => spr.Value, spr => spr.Key);

    private static readonly ExceptionKind[] AllExceptions = Enum.GetValues<ExceptionKind>();

    /// <summary>Whether it is known who writes a register.</summary>
    public static bool Knows(string register) =>
        register is "cr" or "xer" or "lr" or "ctr" or "msr" or "pc" or "reservation" || IsGpr(register) || Sprs.ContainsKey(register);

    /// <summary>
    /// Says in a sentence what the machine itself does to a register beside what instructions and exceptions do; null for nothing.
    /// </summary>
    public static string? ChangesByItself(string register) => register switch
    {
        "tbl" or "tbu" => "the time base counts by itself with every instruction",
        "pit" => "the PIT counts down by itself, and begins anew where TCR[ARE] is set",
        "tsr" => "the timers set bits of it by themselves",
        "dbsr" => "debug events set bits of it by themselves",
        _ => null,
    };

    /// <summary>Gives the name of a special-purpose register of which it is known who writes it; null for others.</summary>
    public static string? NameOf(int spr) => spr switch
    {
        Spr.Xer => "xer",
        Spr.Lr => "lr",
        Spr.Ctr => "ctr",
        Spr.TblRead => "tbl",
        Spr.TbuRead => "tbu",
        >= Spr.Sprg4Read and <= Spr.Sprg7Read => "sprg" + (spr - Spr.Sprg4Read + 4).ToString(CultureInfo.InvariantCulture),
        _ => SprNames.GetValueOrDefault(spr),
    };

    /// <summary>Whether an event writes a register, a field of CR, or half an entry of the TLB.</summary>
    public static bool Writes(this TracedEvent traced, ValuePlace place)
    {
        string register = place.Register!;
        if (traced.IsForeignStore)
            return false;
        if (place.IsTlb)
            return WritesTlb(traced, place);
        return traced.Exception is { } kind ? ExceptionWrites(kind, register) : InstructionWrites(traced.Word, register, place.Field);
    }

    /// <summary>Whether an event reads a register of those in which exceptions save what they interrupted.</summary>
    public static bool ReadsSaved(this TracedEvent traced, string register) => traced.Exception is null && Decoder.Decode(traced.Word) switch
    {
        Op.Mfspr => NameOf(Field.Spr(traced.Word)) == register,
        Op.Rfi => register is "srr0" or "srr1",
        Op.Rfci => register is "srr2" or "srr3",
        _ => false,
    };

    /// <summary>Gives the probes by which the events are found that may have written a place.</summary>
    public static IReadOnlyList<Probe> ProbesOf(ValuePlace place)
    {
        if (place.IsMemory)
            return [new AccessProbe(place.Address, place.Length, Reads: false, Writes: true, IsPhysical: true)];
        if (place.IsTlb)
            return [new TlbWriteProbe(place.Field)];
        string register = place.Register!;
        int field = place.Field;
        return
        [
            new InstructionProbe(word => InstructionWrites(word, register, field)),
            .. AllExceptions.Where(kind => ExceptionWrites(kind, register)).Select(kind => new ExceptionProbe(kind)),
        ];
    }

    private static bool WritesTlb(TracedEvent traced, ValuePlace place) => traced.TlbEntry is { } entry && (entry == TracedEvent.AllTlbEntries
        ? place.IsTlbTag
        : entry == place.Field && Field.Ws(traced.Word) == 0 == place.IsTlbTag);

    private static bool ExceptionWrites(ExceptionKind kind, string register) => register switch
    {
        "pc" or "msr" => true,
        "srr0" or "srr1" => !kind.IsCritical(),
        "srr2" or "srr3" => kind.IsCritical(),
        "dear" => kind.SetsDear(),
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
            "reservation" => op is Op.Lwarx or Op.StwcxRecord,
            _ when IsGpr(register) => (row.GprsWritten(word) & (1u << int.Parse(register.AsSpan(1), CultureInfo.InvariantCulture))) != 0,
            _ => op == Op.Mtspr && Sprs.TryGetValue(register, out int spr) && Field.Spr(word) == spr,
        };
    }

    private static bool IsGpr(string register) => register.Length > 1 && register[0] == 'r' && char.IsAsciiDigit(register[1]);
}
