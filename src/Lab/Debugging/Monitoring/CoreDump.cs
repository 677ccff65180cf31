using System.Buffers.Binary;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>A piece of memory in a core dump.</summary>
/// <param name="Virtual">The address at which debuggers see it.</param>
/// <param name="Physical">Where it is in plain memory.</param>
/// <param name="Length">Bytes.</param>
internal sealed record CorePiece(uint Virtual, uint Physical, ulong Length);

/// <summary>
/// Writes an ELF core of a machine: a note with the registers as Linux lays them out for the PowerPC (<c>struct
/// elf_prstatus</c>), then memory. gdb and tools for kernel dumps read it.
/// </summary>
internal static unsafe class CoreDump
{
    private const int FileHeader = 52;
    private const int ProgramHeader = 32;
    private const int NoteHeader = 20;

    /// <summary>Bytes of <c>struct elf_prstatus</c>, and where in it the process, the signal and the registers are.</summary>
    private const int StatusSize = 268, CurrentSignal = 12, ProcessId = 24, Registers = 72;

    /// <summary>SIGTRAP: a debugger stopped it.</summary>
    private const int Trap = 5;
    private const int CopySize = 1 << 20;

    /// <summary>Gives the memory that the processor reaches through the TLB now; with translation off, all of it.</summary>
    public static IReadOnlyList<CorePiece> Mapped(Board board)
    {
        CpuState* state = board.Processor.State;
        if ((state->Msr & (Msr.Ir | Msr.Dr)) == 0)
            return Linear(board, 0);
        List<CorePiece> pieces = [];
        for (int entry = 0; entry < CpuState.TlbEntries; entry++)
        {
            if ((state->TlbHi[entry] & Tlb.Valid) == 0 || (state->TlbTid[entry] != 0 && state->TlbTid[entry] != state->Pid))
                continue;

            // Of several entries that match, the first one counts: the others have what it leaves.
            List<(ulong Start, ulong End)> left = [(state->TlbTag[entry], (ulong)state->TlbTag[entry] + ~state->TlbMask[entry] + 1)];
            foreach (CorePiece taken in pieces)
                left = [.. left.SelectMany(range => Without(range, taken.Virtual, taken.Virtual + taken.Length))];
            uint physical = state->TlbLo[entry] & state->TlbMask[entry];
            foreach ((ulong start, ulong end) in left)
                pieces.AddRange(Plain(board, (uint)start, physical + (uint)(start - state->TlbTag[entry]), end - start));
        }

        return [.. pieces.OrderBy(piece => piece.Virtual)];
    }

    /// <summary>Gives all plain memory, at its physical addresses plus an offset.</summary>
    public static IReadOnlyList<CorePiece> Linear(Board board, uint offset) =>
        [.. board.Memory.Windows.Where(window => window.Host != null).Select(window =>
            new CorePiece(window.Start + offset, window.Start, window.Size)).OrderBy(piece => piece.Virtual)];

    /// <summary>Writes the core.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="pieces">Its memory.</param>
    /// <param name="file">An open file, which is the caller's to commit.</param>
    public static void Write(Board board, IReadOnlyList<CorePiece> pieces, OutputFile file)
    {
        int headers = FileHeader + (ProgramHeader * (pieces.Count + 1));
        int note = NoteHeader + StatusSize;
        byte[] start = new byte[headers + note];
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 2, 1, 3]).CopyTo(start); // 32 bits, big-endian, Linux
        Half(start, 16, 4); // ET_CORE
        Half(start, 18, 20); // EM_PPC
        Words(start, 20, 1, 0, FileHeader);
        Half(start, 40, FileHeader);
        Half(start, 42, ProgramHeader);
        Half(start, 44, (ushort)(pieces.Count + 1));
        Words(start, FileHeader, 4, (uint)headers, 0, 0, (uint)note, 0, 0, 4); // PT_NOTE
        ulong place = (ulong)start.Length;
        for (int n = 0; n < pieces.Count; n++)
        {
            CorePiece piece = pieces[n];
            // PT_LOAD
            Words(start, FileHeader + (ProgramHeader * (n + 1)), 1, (uint)place, piece.Virtual, piece.Physical,
                (uint)piece.Length, (uint)piece.Length, 7, 1);
            place += piece.Length;
        }

        Words(start, headers, 5, StatusSize, 1); // NT_PRSTATUS
        "CORE"u8.CopyTo(start.AsSpan(headers + 12));
        WriteStatus(board.Processor, start.AsSpan(headers + NoteHeader));
        file.Write(start);
        byte[] buffer = new byte[CopySize];
        foreach (CorePiece piece in pieces)
        {
            for (ulong done = 0; done < piece.Length; done += CopySize)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(CopySize, piece.Length - done));
                board.Memory.TryCopyOut(piece.Physical + (uint)done, part);
                file.Write(part);
            }
        }
    }

    private static void WriteStatus(Processor core, Span<byte> status)
    {
        CpuState* state = core.State;
        Words(status, 0, Trap);
        Half(status, CurrentSignal, Trap);
        Words(status, ProcessId, 1);
        for (int n = 0; n < 32; n++)
            Words(status, Registers + (4 * n), state->Gpr[n]);

        // nip, msr, orig_gpr3, ctr, link, xer, ccr, mq, trap, dar, dsisr
        Words(status, Registers + (4 * 32), state->Pc, state->Msr, state->Gpr[3], state->Ctr, state->Lr, state->Xer,
            state->CrBits, 0, 0, state->Dear, state->Esr);
    }

    private static IEnumerable<(ulong Start, ulong End)> Without((ulong Start, ulong End) range, ulong start, ulong end)
    {
        if (range.Start < Math.Min(range.End, start))
            yield return (range.Start, Math.Min(range.End, start));
        if (Math.Max(range.Start, end) < range.End)
            yield return (Math.Max(range.Start, end), range.End);
    }

    /// <summary>The parts of a range that are plain memory.</summary>
    private static IEnumerable<CorePiece> Plain(Board board, uint address, uint physical, ulong length)
    {
        foreach (PhysicalWindow window in board.Memory.Windows.Where(window => window.IsMemory))
        {
            ulong from = Math.Max(physical, window.Start);
            ulong to = Math.Min(physical + length, (ulong)window.Start + window.Size);
            if (from < to)
                yield return new CorePiece(address + (uint)(from - physical), (uint)from, to - from);
        }
    }

    private static void Half(Span<byte> bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[offset..], value);

    private static void Words(Span<byte> bytes, int offset, params ReadOnlySpan<uint> values)
    {
        for (int n = 0; n < values.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(offset + (4 * n))..], values[n]);
    }
}
