using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>What a machine looked like at a link's moment.</summary>
/// <param name="Registers">Registers by name.</param>
/// <param name="Tlb">The valid entries of the TLB, a line each.</param>
/// <param name="Code">The instructions around the PC, a line each.</param>
public sealed record MachineLook(IReadOnlyList<(string Name, uint Value)> Registers, IReadOnlyList<string> Tlb, IReadOnlyList<string> Code)
{
    /// <summary>Instructions that are shown ahead of the PC, and after it.</summary>
    private const int Around = 4;

    private static readonly string[] Shown =
    [
        .. Enumerable.Range(0, 32).Select(n => $"r{n}"), "pc", "msr", "cr", "xer", "lr", "ctr", "pid", "srr0", "srr1", "srr2", "srr3", "esr", "dear",
        .. Enumerable.Range(0, 8).Select(n => $"sprg{n}"),
    ];

    /// <summary>Looks at a machine.</summary>
    public static unsafe MachineLook At(Board board)
    {
        ArgumentNullException.ThrowIfNull(board);
        CpuState* state = board.Processor.State;
        List<string> tlb = [];
        for (int entry = 0; entry < CpuState.TlbEntries; entry++)
        {
            uint hi = state->TlbHi[entry];
            if ((hi & Machine.Cpu.Tlb.Valid) == 0)
                continue;
            uint mask = Machine.Cpu.Tlb.PageMask(hi);
            tlb.Add($"{entry,2}  0x{hi & mask:x8} to 0x{state->TlbLo[entry] & mask:x8}, {(~mask >> 10) + 1} KB, PID {state->TlbTid[entry]}, "
                + $"TLBLO 0x{state->TlbLo[entry]:x8}");
        }

        List<string> code = [];
        for (int n = -Around; n <= Around; n++)
        {
            uint address = state->Pc + (uint)(sizeof(uint) * n);
            if (GuestMemory.TryFetch(board, address, out uint word))
                code.Add($"{(n == 0 ? "=>" : "  ")} 0x{address:x8}  {Disassembler.Disassemble(word, address)}");
        }

        return new MachineLook([.. Shown.Select(name => (name, RegisterNames.Read(board.Processor, name)))], tlb, code);
    }
}
