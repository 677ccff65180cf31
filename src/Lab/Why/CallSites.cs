using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Calls in a guest's code.</summary>
internal static class CallSites
{
    /// <summary>Whether the instruction ahead of an address is a call now, so that a function may return to it.</summary>
    public static bool IsReturnAddress(Board board, uint address) =>
        (address & 3) == 0 && GuestMemory.TryFetch(board, address - sizeof(uint), out uint word)
        && Decoder.Decode(word) is Op.B or Op.Bc or Op.Bclr or Op.Bcctr && Field.Lk(word);
}
