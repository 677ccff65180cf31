using PpcJit.Kernel.Loading;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Follows a function's instructions from its first one to another, along its branches, and notes what they do to the stack and to the return
/// address. Compilers see to it that all ways to one instruction leave them the same.
/// </summary>
/// <param name="read">Reads an instruction; null where there is none.</param>
/// <param name="function">The function.</param>
internal sealed class FrameFlow(Func<uint, uint?> read, Symbol function)
{
    /// <summary>Offset of the word of a frame in which a function that it calls keeps its return address (System V ABI, "The Stack Frame").</summary>
    public const int SavedLinkRegister = 4;

    private const int StackPointer = 1;
    private const int Always = 0x14; // BO: neither the CTR nor a condition decides.

    /// <summary>Instructions that are looked at: more than all but the largest functions have.</summary>
    private const int MaxInstructions = 8192;

    private readonly HashSet<uint> _seen = [];
    private readonly Stack<(uint Address, FrameState State)> _ways = new();

    /// <summary>Where a table of addresses decided how it went on, if it did.</summary>
    private FrameState? _atSwitch;

    private uint End => function.Address + (function.Size != 0 ? function.Size : SymbolTable.ReachOfUnsized);

    /// <summary>Gives the state ahead of an instruction; null when no way is seen that leads there.</summary>
    public FrameState? Find(uint wanted)
    {
        _ways.Push((function.Address, FrameState.AtEntry));
        while (_ways.TryPop(out (uint Address, FrameState State) way))
        {
            if (Follow(way.Address, way.State, wanted) is { } found)
                return found;
        }

        return _atSwitch;
    }

    private FrameState? Follow(uint address, FrameState state, uint wanted)
    {
        for (; address >= function.Address && address < End && _seen.Count < MaxInstructions && _seen.Add(address); address += 4)
        {
            if (address == wanted)
                return state;
            if (read(address) is not { } word)
                return null;
            Op op = Decoder.Decode(word);
            if (op is Op.Illegal or Op.Rfi or Op.Rfci)
                return null;
            if (op is Op.B or Op.Bc or Op.Bclr or Op.Bcctr)
            {
                if (!Branch(address, word, op, ref state))
                    return null;
            }
            else
            {
                state = After(state, word, op);
            }
        }

        return null;
    }

    /// <summary>Goes on where a branch may lead.</summary>
    /// <returns>Whether it may go on after the branch.</returns>
    private bool Branch(uint address, uint word, Op op, ref FrameState state)
    {
        if (Field.Lk(word))
        {
            state = state with { IsInLink = false };
            return true;
        }

        bool isCertain = op == Op.B || (Field.Bo(word) & Always) == Always;
        if ((op is Op.B or Op.Bc) && !Field.Aa(word))
            _ways.Push((address + (uint)(op == Op.B ? Field.Li(word) : Field.Bd(word)), state));
        else if (op == Op.Bcctr)
            _atSwitch ??= state;
        return !isCertain;
    }

    private static FrameState After(FrameState state, uint word, Op op)
    {
        switch (op)
        {
            case Op.Stwu when Field.Ra(word) == StackPointer:
                return state with { Size = state.Size - Field.Simm(word) };
            case Op.Stwux when Field.Ra(word) == StackPointer:
                return state with { Size = int.MaxValue };
            case Op.Addi when Field.Rt(word) == StackPointer:
                return state with { Size = Field.Ra(word) == StackPointer ? Math.Max(0, state.Size - Field.Simm(word)) : 0 };
            case Op.Lwz when Field.Rt(word) == StackPointer:
            case Op.Or when Field.Ra(word) == StackPointer:
                return state with { Size = 0 };
            case Op.Stw when Field.Rs(word) == state.Holder && Field.Ra(word) == StackPointer:
                return state with { IsSaved = state.IsSaved || Field.Simm(word) == state.Size + SavedLinkRegister };
            case Op.Mfspr when Field.Spr(word) == Spr.Lr && state.IsInLink:
                return state with { Holder = Field.Rt(word) };
            case Op.Mtspr when Field.Spr(word) == Spr.Lr:
                return state with { IsInLink = state.IsSaved || Field.Rs(word) == state.Holder };
            default:
                return state;
        }
    }
}
