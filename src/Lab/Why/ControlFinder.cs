using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>
/// Finds the branch that decided that an event came about: the last one in the same activation of the function, or of one that called it, by whose
/// other way the guest need not have come there. That is dynamic control dependence, with the paths of the other way looked up in the code.
/// </summary>
/// <param name="finder">Finds what the run did.</param>
/// <param name="board">The machine.</param>
internal sealed class ControlFinder(DefinitionFinder finder, Board board)
{
    /// <summary>Traces that are looked through, the second one being longer: what decided is mostly near by.</summary>
    private const int MaxTraces = 2;

    /// <summary>Instructions that are looked at on the ways from the other side of a branch.</summary>
    private const int MaxSteps = 4096;

    /// <summary>Branch always: BO[0] and BO[2].</summary>
    private const int Always = 0x14;

    /// <summary>Finds the branch, or the exception, that decided that an event came about.</summary>
    /// <param name="trace">The trace that the event is in.</param>
    /// <param name="found">The event. The machine stands ahead of it.</param>
    /// <returns>Null when it is not known.</returns>
    public (IntervalTrace Trace, TracedEvent Event)? Find(IntervalTrace trace, TracedEvent found)
    {
        Walk walk = new(this, found.Pc);
        IntervalTrace? here = trace;
        for (int n = 0; n < MaxTraces && here is not null; n++)
        {
            for (int e = here.Events.Count - 1; e >= 0; e--)
            {
                if (here.Events[e] is { } traced && traced.At < found.At && walk.Decides(traced))
                    return (here, traced);
            }

            here = finder.Before(here);
        }

        return null;
    }

    /// <summary>Whether the guest may go on from an address to the end of the function, or for ever, without coming to another one.</summary>
    private bool MayAvoid(uint from, uint target)
    {
        bool leadsThere = false;
        HashSet<uint> seen = [];
        Stack<uint> left = new([from]);
        while (left.TryPop(out uint address))
        {
            leadsThere |= address == target;
            if (address == target || !seen.Add(address))
                continue;
            if (seen.Count > MaxSteps || !GuestMemory.TryFetch(board, address, out uint word))
                return true;
            Op op = Decoder.Decode(word);
            uint next = address + sizeof(uint);
            switch (op)
            {
                case Op.Illegal or Op.Rfi or Op.Rfci:
                    return true;
                case Op.B or Op.Bc or Op.Bclr or Op.Bcctr when Field.Lk(word):
                    left.Push(next);
                    break;
                case Op.B:
                    left.Push(TargetOf(op, word, address));
                    break;
                case Op.Bc:
                    left.Push(TargetOf(op, word, address));
                    if (!IsAlways(word))
                        left.Push(next);
                    break;
                case Op.Bclr or Op.Bcctr:
                    return true;
                default:
                    left.Push(next);
                    break;
            }
        }

        return !leadsThere;
    }

    private static bool IsAlways(uint word) => (Field.Bo(word) & Always) == Always;

    private static uint TargetOf(Op op, uint word, uint address)
    {
        int distance = op == Op.B ? Field.Li(word) : Field.Bd(word);
        return Field.Aa(word) ? (uint)distance : address + (uint)distance;
    }

    /// <summary>A walk back through events, over functions that had returned and handlers that had ended.</summary>
    private sealed class Walk(ControlFinder owner, uint target)
    {
        private uint _target = target;
        private uint _next = target;
        private int _returns;
        private int _handlers;

        /// <summary>Takes the event before the last one.</summary>
        /// <returns>Whether it decided.</returns>
        public bool Decides(TracedEvent traced)
        {
            if (traced.IsForeignStore)
                return false;
            uint next = _next;

            // Of a system call no trace has the sc itself.
            _next = traced.Where;
            if (traced.Exception is not null)
                return _handlers == 0 || --_handlers < 0;
            Op op = Decoder.Decode(traced.Word);
            if (op is Op.Rfi or Op.Rfci)
                _handlers++;
            return _handlers == 0 && op is Op.B or Op.Bc or Op.Bclr or Op.Bcctr && _handlers == 0 && DecidesBranch(op, traced, next);
        }

        private bool DecidesBranch(Op op, TracedEvent traced, uint next)
        {
            uint word = traced.Word;
            uint after = traced.Pc + sizeof(uint);
            bool isTaken = next != after || (op != Op.Bc && IsAlways(word));
            if (Field.Lk(word) && isTaken)
            {
                // The call by which a function that has returned was entered, or the one in which the event is.
                if (_returns > 0)
                    _returns--;
                else
                    _target = traced.Pc;
                return false;
            }

            if (op == Op.Bclr && isTaken)
            {
                _returns++;
                return false;
            }

            if (_returns > 0 || op == Op.B)
                return false;
            if (op == Op.Bcctr && IsAlways(word))
                return true;
            if (IsAlways(word))
                return false;
            return op == Op.Bclr || owner.MayAvoid(isTaken ? after : TargetOf(op, word, traced.Pc), _target);
        }
    }
}
