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
    private const uint SavedLinkRegister = 4;

    /// <summary>Gives the code addresses, the innermost first: the PC, then return addresses.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">
    /// Names of the guest's code, which tell whether the link register belongs to a call of its own; null when there
    /// are none.
    /// </param>
    public static IReadOnlyList<uint> Walk(Board board, SymbolTable? symbols)
    {
        CpuState* state = board.Processor.State;
        List<uint> addresses = [state->Pc];
        uint frame = state->Gpr[1];
        bool isFirst = true;
        while (addresses.Count < MaxFrames
            && NextFrame(board, frame) is { } caller && ReadWord(board, caller + SavedLinkRegister) is { } address
            && address != 0)
        {
            // A function that calls nothing keeps its return address in the link register alone
            if (isFirst && state->Lr != address && !IsSameFunction(state->Pc, state->Lr, symbols))
                addresses.Add(state->Lr);
            isFirst = false;
            addresses.Add(address);
            frame = caller;
        }

        return addresses;
    }

    /// <summary>A chain only leads to higher addresses, in steps of whole words; anything else is its end.</summary>
    private static uint? NextFrame(Board board, uint frame) =>
        ReadWord(board, frame) is { } next && next > frame && (next & 3) == 0 ? next : null;

    private static bool IsSameFunction(uint first, uint second, SymbolTable? symbols) =>
        symbols?.Find(first)?.Symbol is { } symbol && symbols.Find(second)?.Symbol == symbol;

    /// <summary>Reads a word of plain memory as the guest's data; null when it is not mapped now.</summary>
    private static uint? ReadWord(Board board, uint effective)
    {
        if (board.Processor.Mmu.Translate(effective, AccessKind.Load, out uint physical, out StorageAttributes attributes) != TranslationFault.None)
            return null;
        if ((attributes & StorageAttributes.LittleEndian) != 0 || board.Memory.PlainPage(physical, out _) == null)
            return null;
        return board.Memory.TryRead(physical, 4, out uint value) ? value : null;
    }
}
