using System.Buffers.Binary;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Differential;

/// <summary>Compares two machines of the same kind in everything that a guest can observe, and names what differs.</summary>
public static unsafe class StateComparer
{
    private const int WordsPerMemory = 16;

    /// <summary>Whether the machines agree in registers, TLB, events, devices and all memories.</summary>
    public static bool AreEqual(Board oracle, Board candidate) => CoresAreEqual(oracle.Processor, candidate.Processor)
        && SavedStatesAreEqual(oracle, candidate) && MemoriesAreEqual(oracle, candidate);

    /// <summary>Whether the cores agree in registers and TLB: a quick look that leaves out events, devices and memories.</summary>
    public static bool CoresAreEqual(Processor oracle, Processor candidate)
    {
        CpuState* a = oracle.State;
        CpuState* b = candidate.State;

        // Of the CR and XER[SO] only the meaning counts: several encodings stand for the same bits. The words before and after them are plain.
        return oracle.StopReason == candidate.StopReason
            && a->CrBits == b->CrBits && a->Xer == b->Xer
            && Bytes(a, 0, 0x80).SequenceEqual(Bytes(b, 0, 0x80))
            && Bytes(a, 0xC8, CpuState.EngineArea - 0xC8).SequenceEqual(Bytes(b, 0xC8, CpuState.EngineArea - 0xC8));
    }

    /// <summary>Names what differs.</summary>
    /// <param name="oracle">The machine that is right.</param>
    /// <param name="candidate">The other.</param>
    /// <returns>Registers first, then TLB, events, devices and the first words of each memory; empty when the machines agree.</returns>
    public static IReadOnlyList<StateDifference> Compare(Board oracle, Board candidate)
    {
        List<StateDifference> differences = [];
        CompareRegisters(differences, oracle.Processor, candidate.Processor);
        CompareTlb(differences, oracle.Processor.State, candidate.Processor.State);
        CompareEvents(differences, oracle, candidate);
        for (int n = 0; n < oracle.Devices.Count; n++)
            CompareSaved(differences, oracle.Devices[n].Name, oracle.Devices[n].Device, candidate.Devices[n].Device);
        CompareSaved(differences, "data cache", oracle.Processor.DataCache, candidate.Processor.DataCache);
        for (int n = 0; n < oracle.Memory.Windows.Count; n++)
            CompareMemory(differences, oracle.Memory.Windows[n], candidate.Memory.Windows[n]);
        return differences;
    }

    private static ReadOnlySpan<byte> Bytes(CpuState* state, int offset, int length) => new((byte*)state + offset, length);

    private static ReadOnlySpan<byte> Bytes(PhysicalWindow window) => new(window.Host, (int)window.Size);

    private static bool SavedStatesAreEqual(Board oracle, Board candidate)
    {
        StateWriter expected = new();
        StateWriter actual = new();
        oracle.Save(expected);
        candidate.Save(actual);
        return expected.Written.SequenceEqual(actual.Written);
    }

    private static bool MemoriesAreEqual(Board oracle, Board candidate)
    {
        for (int n = 0; n < oracle.Memory.Windows.Count; n++)
        {
            PhysicalWindow window = oracle.Memory.Windows[n];
            if (window.Host != null && !Bytes(window).SequenceEqual(Bytes(candidate.Memory.Windows[n])))
                return false;
        }

        return true;
    }

    private static void CompareRegisters(List<StateDifference> differences, Processor oracle, Processor candidate)
    {
        void Add(string name, ulong expected, ulong actual, string format = "x8")
        {
            if (expected != actual)
                differences.Add(new StateDifference(name, expected.ToString(format, null), actual.ToString(format, null)));
        }

        CpuState* a = oracle.State;
        CpuState* b = candidate.State;
        if (oracle.StopReason != candidate.StopReason)
            differences.Add(new StateDifference("stopped", oracle.StopReason.ToString(), candidate.StopReason.ToString()));
        Add("count", a->InstructionCount, b->InstructionCount, "d");
        foreach ((string name, int offset) in RegisterNames.PlainWords)
            Add(name, *(uint*)((byte*)a + offset), *(uint*)((byte*)b + offset));
        Add("cr", a->CrBits, b->CrBits);
        Add("xer", a->Xer, b->Xer);
        Add("mcsr", a->Mcsr, b->Mcsr);
        Add("timebase offset", a->TimebaseOffset, b->TimebaseOffset, "x16");
        Add("pit zero tick", a->PitZeroTick, b->PitZeroTick, "d");
    }

    private static void CompareTlb(List<StateDifference> differences, CpuState* a, CpuState* b)
    {
        for (int n = 0; n < CpuState.TlbEntries; n++)
        {
            string expected = TlbEntry(a, n);
            string actual = TlbEntry(b, n);
            if (expected != actual)
                differences.Add(new StateDifference($"TLB {n}", expected, actual));
        }
    }

    private static string TlbEntry(CpuState* state, int n) => $"hi {state->TlbHi[n]:x8} lo {state->TlbLo[n]:x8} tid {state->TlbTid[n]:x2}";

    private static void CompareEvents(List<StateDifference> differences, Board oracle, Board candidate)
    {
        StateWriter expected = new();
        StateWriter actual = new();
        oracle.Events.Save(expected);
        candidate.Events.Save(actual);
        for (int at = 0; at + 8 <= expected.Written.Length && at + 8 <= actual.Written.Length; at += 8)
        {
            ulong due = BinaryPrimitives.ReadUInt64BigEndian(expected.Written[at..]);
            ulong other = BinaryPrimitives.ReadUInt64BigEndian(actual.Written[at..]);
            if (due != other)
                differences.Add(new StateDifference($"event {at / 8} due", $"{due}", $"{other}"));
        }
    }

    private static void CompareSaved(List<StateDifference> differences, string name, IStateful oracle, IStateful candidate)
    {
        StateWriter expected = new();
        StateWriter actual = new();
        oracle.Save(expected);
        candidate.Save(actual);
        int common = expected.Written.CommonPrefixLength(actual.Written);
        if (common < expected.Written.Length || common < actual.Written.Length)
            differences.Add(new StateDifference($"{name}, saved byte {common}", Hexadecimal(expected.Written, common),
                Hexadecimal(actual.Written, common)));
    }

    private static string Hexadecimal(ReadOnlySpan<byte> bytes, int from) =>
        Convert.ToHexStringLower(bytes.Slice(from, Math.Min(16, bytes.Length - from)));

    private static void CompareMemory(List<StateDifference> differences, PhysicalWindow oracle, PhysicalWindow candidate)
    {
        if (oracle.Host == null)
            return;
        ReadOnlySpan<byte> expected = Bytes(oracle);
        ReadOnlySpan<byte> actual = Bytes(candidate);
        int at = 0;
        for (int named = 0; named < WordsPerMemory; named++)
        {
            at += expected[at..].CommonPrefixLength(actual[at..]) & ~3;
            if (at + 4 > expected.Length)
                return;
            uint word = BinaryPrimitives.ReadUInt32BigEndian(expected[at..]);
            uint other = BinaryPrimitives.ReadUInt32BigEndian(actual[at..]);
            differences.Add(new StateDifference($"{oracle.Name} 0x{oracle.Start + (uint)at:x8}", $"{word:x8}", $"{other:x8}"));
            at += 4;
        }
    }
}
