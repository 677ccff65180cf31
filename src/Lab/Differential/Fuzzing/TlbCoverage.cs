using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Counts which rules of translation and protection decided accesses: page sizes, PID matching, zone fields, EX and WR,
/// storage attributes, and those of real mode (PPC405 User's Manual, "Memory Management").
/// </summary>
public sealed unsafe class TlbCoverage
{
    private static readonly string[] AccessNames = ["load", "store", "fetch"];
    private static readonly string[] Rules = [.. AllRules()];

    private readonly Dictionary<string, ulong> _counts = Rules.ToDictionary(rule => rule, _ => 0ul);

    /// <summary>How often each rule decided an access.</summary>
    public IReadOnlyDictionary<string, ulong> Counts => _counts;

    /// <summary>Rules that decided none.</summary>
    public IEnumerable<string> NeverUsed => _counts.Where(rule => rule.Value == 0).Select(rule => rule.Key);

    /// <summary>Adds what another run counted.</summary>
    public void Add(TlbCoverage other)
    {
        foreach ((string rule, ulong count) in other._counts)
            _counts[rule] += count;
    }

    /// <summary>Notes what the next instruction, about to be executed, makes of the rules.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="word">The instruction; 0 when it cannot be fetched.</param>
    internal void Note(Processor processor, uint word)
    {
        CpuState* state = processor.State;
        Access(processor, state->Pc, AccessKind.Fetch);
        InstructionRow? row = Decoder.Decode(word) is var op && op != Op.Illegal ? Decoder.Row(op) : null;
        if (row is null || !row.Is(InstructionFlags.Load | InstructionFlags.Store))
            return;
        uint address = row.TryGetField('z', out _) && Field.Ra(word) == 0 ? 0 : state->Gpr[Field.Ra(word)];
        if (row.TryGetField('D', out _))
            address += (uint)Field.Simm(word);
        else if (row.TryGetField('b', out _))
            address += state->Gpr[Field.Rb(word)];
        Access(processor, address, row.Is(InstructionFlags.Store) ? AccessKind.Store : AccessKind.Load);
    }

    private static IEnumerable<string> AllRules()
    {
        foreach (string access in AccessNames)
        {
            yield return $"{access}: real mode";
            yield return $"{access}: miss";
            for (int size = 0; size < 8; size++)
                yield return $"{access}: {SizeName(size)} page";
            yield return $"{access}: TID 0";
            yield return $"{access}: TID is PID";
            for (int zone = 0; zone < 4; zone++)
            {
                yield return $"{access}: zone field {zone}, supervisor";
                yield return $"{access}: zone field {zone}, problem state";
            }

            yield return $"{access}: little-endian";
            yield return $"{access}: caching inhibited";
            yield return $"{access}: write-through";
            yield return $"{access}: guarded";
            yield return $"{access}: U0";
            yield return $"{access}: denied by zone";
            if (access != AccessNames[(int)AccessKind.Load])
                yield return $"{access}: denied by the entry";
        }
    }

    private static string SizeName(int size) => size < 5 ? $"{1 << (2 * size)} KB" : $"{1 << (2 * (size - 5))} MB";

    private void Access(Processor processor, uint address, AccessKind kind)
    {
        CpuState* state = processor.State;
        string access = AccessNames[(int)kind];
        TranslationFault fault = processor.Mmu.Translate(address, kind, out _, out StorageAttributes attributes);
        if ((state->Msr & (kind == AccessKind.Fetch ? Msr.Ir : Msr.Dr)) == 0)
        {
            Count($"{access}: real mode");
        }
        else if (fault == TranslationFault.TlbMiss)
        {
            Count($"{access}: miss");
            return;
        }
        else
        {
            int index = processor.Tlb.Find(address);
            bool problem = (state->Msr & Msr.Pr) != 0;
            uint zone = state->TlbLo[index] >> 4 & 0xf;
            Count($"{access}: {SizeName((int)(state->TlbHi[index] >> 7) & 7)} page");
            Count(state->TlbTid[index] == 0 ? $"{access}: TID 0" : $"{access}: TID is PID");
            Count($"{access}: zone field {state->Zpr >> (30 - (2 * (int)zone)) & 3}, {(problem ? "problem state" : "supervisor")}");
        }

        if (fault == TranslationFault.Zone)
            Count($"{access}: denied by zone");
        if (fault == TranslationFault.Protection)
            Count($"{access}: denied by the entry");
        if (fault != TranslationFault.None)
            return;
        if (attributes.HasFlag(StorageAttributes.LittleEndian))
            Count($"{access}: little-endian");
        if (attributes.HasFlag(StorageAttributes.CacheInhibited))
            Count($"{access}: caching inhibited");
        if (attributes.HasFlag(StorageAttributes.WriteThrough))
            Count($"{access}: write-through");
        if (attributes.HasFlag(StorageAttributes.Guarded))
            Count($"{access}: guarded");
        if (attributes.HasFlag(StorageAttributes.U0))
            Count($"{access}: U0");
    }

    private void Count(string rule) => _counts[rule]++;
}
