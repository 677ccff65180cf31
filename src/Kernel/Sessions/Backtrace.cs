using PpcJit.Kernel.Loading;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// The calls that led to where a guest stands, from its stack (System V ABI, PowerPC supplement, "The Stack Frame"):
/// the word at r1 points to the caller's frame, whose second word holds the return address. The stack is read as the
/// guest would read it now, through its MMU.
/// </summary>
public static unsafe class Backtrace
{
    private const int MaxFrames = 64;

    /// <summary>Gives the code addresses, the innermost first: the PC, then return addresses.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">
    /// Names of the guest's code, which tell where the innermost function begins, and so what it has done so far; null when there are none.
    /// </param>
    public static IReadOnlyList<uint> Walk(Board board, SymbolTable? symbols)
    {
        CpuState* state = board.Processor.State;
        List<uint> addresses = [state->Pc];
        uint? frame = state->Gpr[1];
        if (symbols?.Find(state->Pc)?.Symbol is { } function
            && new FrameFlow(address => ReadWord(board, address, AccessKind.Fetch), function).Find(state->Pc) is { } known)
        {
            frame = Leave(board, known, symbols, addresses);
        }
        else if (Caller(board, frame.Value) is var (_, first) && state->Lr != first && !IsSameFunction(state->Pc, state->Lr, symbols))
        {
            // A function that calls nothing keeps its return address in the link register alone.
            addresses.Add(state->Lr);
        }

        while (addresses.Count < MaxFrames && frame is { } own && Caller(board, own) is var (caller, address))
        {
            addresses.Add(address);
            frame = caller;
        }

        return addresses;
    }

    /// <summary>Gives the code addresses of what stands still in the middle of a function that has its frame, the innermost first.</summary>
    /// <param name="pc">Where it goes on.</param>
    /// <param name="stack">Effective address of that function's frame.</param>
    /// <param name="read">Reads a word; null where it cannot be read.</param>
    public static IReadOnlyList<uint> Walk(uint pc, uint stack, Func<uint, uint?> read)
    {
        List<uint> addresses = [pc];
        while (addresses.Count < MaxFrames && read(stack) is { } next && next > stack && (next & 3) == 0
            && read(next + FrameFlow.SavedLinkRegister) is { } address && address != 0)
        {
            addresses.Add(address);
            stack = next;
        }

        return addresses;
    }

    /// <summary>Leaves the innermost function, of which is known what it has done.</summary>
    /// <returns>Its caller's frame; null when there is none.</returns>
    private static uint? Leave(Board board, FrameState known, SymbolTable symbols, List<uint> addresses)
    {
        CpuState* state = board.Processor.State;

        // Where an exception's handler begins, the link register is that of what was interrupted, which may be in its frame as well.
        if (known is { Size: 0, IsInLink: true } && Caller(board, state->Gpr[1]) is var (_, first) && first == state->Lr
            && !IsSameFunction(state->Pc, state->Lr, symbols))
            return state->Gpr[1];
        uint? caller = known.Size == 0 ? state->Gpr[1] : NextFrame(board, state->Gpr[1]);
        uint? address = known.IsSaved && caller is { } frame ? ReturnAddress(board, frame) : known.IsInLink ? state->Lr : null;
        if (address is null or 0)
            return null;
        addresses.Add(address.Value);
        return caller;
    }

    /// <summary>Gives the frame of the caller of the function whose frame it is, and where that goes on; null at the end of the chain.</summary>
    private static (uint Frame, uint Address)? Caller(Board board, uint frame) =>
        NextFrame(board, frame) is { } caller && ReturnAddress(board, caller) is { } address && address != 0
            ? (caller, address) : null;

    private static uint? ReturnAddress(Board board, uint frame) => ReadWord(board, frame + FrameFlow.SavedLinkRegister);

    /// <summary>A chain only leads to higher addresses, in steps of whole words; anything else is its end.</summary>
    private static uint? NextFrame(Board board, uint frame) =>
        ReadWord(board, frame) is { } next && next > frame && (next & 3) == 0 ? next : null;

    private static bool IsSameFunction(uint first, uint second, SymbolTable? symbols) =>
        symbols?.Find(first)?.Symbol is { } symbol && symbols.Find(second)?.Symbol == symbol;

    /// <summary>Reads a word of plain memory as the guest does; null when it is not mapped now.</summary>
    private static uint? ReadWord(Board board, uint effective, AccessKind kind = AccessKind.Load)
    {
        if (board.Processor.Mmu.Translate(effective, kind, out uint physical, out StorageAttributes attributes) != TranslationFault.None)
            return null;
        if ((attributes & StorageAttributes.LittleEndian) != 0 || board.Memory.PlainPage(physical, out _) == null)
            return null;
        return board.Memory.TryRead(physical, 4, out uint value) ? value : null;
    }
}
