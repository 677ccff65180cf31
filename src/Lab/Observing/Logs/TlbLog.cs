using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs writes of the TLB.</summary>
internal sealed unsafe class TlbLog(ObservedGuest guest, LogLines lines) : InstructionObserver(guest), ILogSource
{
    private static readonly string[] Sizes = ["1K", "4K", "16K", "64K", "256K", "1M", "4M", "16M"];
    private int _index = -1;

    /// <inheritdoc/>
    public override void Begin()
    {
        Guest.Processor.Tlb.Written += OnWritten;
        base.Begin();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Guest.Processor.Tlb.Written -= OnWritten;
        base.End();
    }

    /// <summary>In translated code, counts are exact at its ends only.</summary>
    public override bool Watches(uint address, uint word) => Decoder.Decode(word) is Op.Tlbwe or Op.Tlbia;

    private void OnWritten(int index)
    {
        CpuState* state = Guest.State;
        if (lines.Begin("tlb       "u8, state->Pc) is not { } line)
            return;
        _index = index;
        if (index < 0)
            line.Add("all entries invalid"u8);
        else
            Entry(line, state);
        lines.End();
    }

    private void Entry(LineBuffer line, CpuState* state)
    {
        (uint high, uint low) = (state->TlbHi[_index], state->TlbLo[_index]);
        line.Add("entry "u8).Decimal(_index).Add(" TLBHI "u8).Hex(high).Add(" TLBLO "u8).Hex(low).Add(" TID "u8).Decimal(state->TlbTid[_index]);
        if ((high & Tlb.Valid) == 0)
        {
            line.Add(": invalid"u8);
            return;
        }

        uint mask = Tlb.PageMask(high);
        line.Add(": "u8).Hex(high & mask).Add(" -> "u8).Hex(low & mask).Add(" "u8).Add(Sizes[(high >> 7) & 7]).Add(" "u8)
            .Add((low & Tlb.Write) != 0 ? "w"u8 : "-"u8).Add((low & Tlb.Execute) != 0 ? "x"u8 : "-"u8)
            .Add((low & Tlb.CacheInhibited) != 0 ? " inhibited"u8 : []).Add((high & Tlb.Endian) != 0 ? " little-endian"u8 : []);
    }
}
