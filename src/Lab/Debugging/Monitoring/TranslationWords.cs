using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that show how addresses are translated.</summary>
internal static unsafe class TranslationWords
{
    private static readonly (StorageAttributes Attribute, char Letter)[] AttributeLetters =
    [
        (StorageAttributes.WriteThrough, 'W'), (StorageAttributes.CacheInhibited, 'I'),
        (StorageAttributes.Guarded, 'G'), (StorageAttributes.LittleEndian, 'E'), (StorageAttributes.U0, 'U'),
    ];

    private static readonly (AccessKind Kind, char Letter)[] Accesses = [(AccessKind.Load, 'r'), (AccessKind.Store, 'w'), (AccessKind.Fetch, 'x')];

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("tlb", "", "Show the valid entries of the TLB by page, what the present program may do there, and which "
            + "entries each one hides.", Entries),
        new("translate", "ADDRESS", "Say where a load, a store and a fetch at an address would go now, through which "
            + "entry, or what would stop them.", Translate),
    ];

    private static MonitorReply Entries(MonitorCall call)
    {
        CpuState* state = call.Run.State;
        int[] valid = [.. Enumerable.Range(0, CpuState.TlbEntries).Where(n => (call.Run.State->TlbHi[n] & Tlb.Valid) != 0)];
        int[] order = [.. valid.OrderBy(n => call.Run.State->TlbTag[n]).ThenBy(n => n)];
        List<string> lines = [$"PID {state->Pid}, MSR[PR] {((state->Msr & Msr.Pr) != 0 ? 1 : 0)}, ZPR "
            + $"0x{state->Zpr:x8}; {valid.Length} of {CpuState.TlbEntries} entries are valid."];
        if (valid.Length > 0)
            lines.Add("entry  effective   size  TID  physical    zone  may  attributes");
        List<object> data = [];
        foreach (int entry in order)
        {
            int[] hides = [.. valid.Where(other => other > entry && Overlap(state, entry, other))];
            (uint start, uint physical) = (state->TlbTag[entry], state->TlbLo[entry] & state->TlbMask[entry]);
            uint zone = (state->TlbLo[entry] >> 4) & 0xf;
            string may = May(call.Run.Processor, entry);
            string attributes = Attributes(state, entry);
            string hidden = hides.Length == 0 ? "" : $"  hides {string.Join(", ", hides)}";
            lines.Add(
                $"{entry,5}  0x{start:x8} {Size(state->TlbMask[entry]),5}  {state->TlbTid[entry],3}  0x{physical:x8}  "
                + $"{zone,4}  {may}  {attributes}{hidden}".TrimEnd());
            data.Add(new
            {
                entry,
                effective = MonitoredRun.Hex(start),
                bytes = (ulong)~state->TlbMask[entry] + 1,
                tid = state->TlbTid[entry],
                physical = MonitoredRun.Hex(physical),
                zone,
                canExecute = (state->TlbLo[entry] & Tlb.Execute) != 0,
                canWrite = (state->TlbLo[entry] & Tlb.Write) != 0,
                may = may.Replace("-", "", StringComparison.Ordinal),
                attributes,
                hides,
            });
        }

        return new MonitorReply(lines, new
        {
            at = call.Run.Timeline.Present.ToString(), pid = state->Pid, zpr = MonitoredRun.Hex(state->Zpr),
            entries = data,
        });
    }

    private static MonitorReply Translate(MonitorCall call)
    {
        uint effective = (uint)call.Run.Value(call.Arguments, "translate");
        List<string> lines = [];
        Dictionary<string, object> data = [];
        foreach (AccessKind kind in Enum.GetValues<AccessKind>())
        {
            TranslationFault fault = call.Run.Processor.Mmu.Translate(
                effective, kind, out int entry, out uint physical, out StorageAttributes attributes);
            bool isMapped = GuestMemory.TryTranslate(call.Run.Board, effective, kind, out uint there, out _);
            string window = call.Run.Board.Memory.Find(there)?.Name ?? "nothing";
            string name = kind.ToString().ToLowerInvariant();
            string way = entry >= 0 ? $"entry {entry}" : "no translation";
            lines.Add($"{name,-5}  " + (fault, isMapped) switch
            {
                (TranslationFault.None, _) => $"0x{physical:x8}, {window}, through "
                    + $"{way}{(attributes == StorageAttributes.None ? "" : $", {Letters(attributes)}")}",
                (_, true) => $"0x{there:x8}, {window}, refused by {way}: {Reason(fault)}",
                _ => Reason(fault),
            });
            data[name] = new
            {
                physical = isMapped ? MonitoredRun.Hex(there) : null,
                entry = entry >= 0 ? entry : (int?)null,
                fault = fault == TranslationFault.None ? null : fault.ToString(),
                window = isMapped ? window : null,
                attributes = Letters(attributes),
            };
        }

        return new MonitorReply(lines, new { effective = MonitoredRun.Hex(effective), accesses = data });
    }

    private static string Reason(TranslationFault fault) => fault switch
    {
        TranslationFault.TlbMiss => "no entry of the TLB matches: a TLB miss",
        TranslationFault.Zone => "the zone denies it",
        TranslationFault.U0 => "a store to U0 storage while CCR0[U0XE] is set",
        _ => "the entry does not permit it",
    };

    /// <summary>Whether there is an address that both entries match under one PID: then the one with the lower index wins.</summary>
    private static bool Overlap(CpuState* state, int left, int right)
    {
        uint mask = state->TlbMask[left] & state->TlbMask[right];
        bool pages = ((state->TlbTag[left] ^ state->TlbTag[right]) & mask) == 0;
        return pages && (state->TlbTid[left] == state->TlbTid[right] || state->TlbTid[left] == 0 || state->TlbTid[right] == 0);
    }

    private static string May(Processor core, int entry)
    {
        uint address = core.State->TlbTag[entry];
        return string.Concat(Accesses.Select(access => core.Mmu.Through(
            entry, address, access.Kind, out _, out _) == TranslationFault.None ? access.Letter : '-'));
    }

    private static string Attributes(CpuState* state, int entry) => Letters((StorageAttributes)(
        (state->TlbLo[entry] & (Tlb.WriteThrough | Tlb.CacheInhibited | Tlb.Guarded)) | (state->TlbHi[entry] & (Tlb.Endian | Tlb.U0))));

    private static string Letters(StorageAttributes attributes) =>
        string.Concat(AttributeLetters.Where(known => (attributes & known.Attribute) != 0).Select(known => known.Letter));

    private static string Size(uint mask)
    {
        uint bytes = ~mask + 1;
        return bytes >= 1 << 20 ? $"{bytes >> 20}M" : $"{bytes >> 10}K";
    }
}
