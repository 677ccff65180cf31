using System.Numerics;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Idle;

/// <summary>
/// Follows one turn of a loop, instruction by instruction, and shows for how many more turns each does the same again. General registers and
/// CTR may change by a constant amount from turn to turn, their <em>slope</em>; the timebase, which is a function of the count, does. All
/// else that an instruction reads must be the same in each turn. A comparison, a carry, and a count that runs down have a known outcome for as
/// many turns as their operands keep their order, which gives <see cref="Further"/>.
/// </summary>
/// <remarks>
/// By induction: if the head of a turn has the assumed slopes, so has the head of the next one, as <see cref="EndsAsBegun"/> compares both the
/// slopes and the values; and a word of memory that was stored to is again what it was at the head.
/// </remarks>
/// <param name="processor">The processor.</param>
internal sealed unsafe class TurnFollower(Processor processor)
{
    private const int Ctr = 32;
    private const int MaxWords = 64;

    private static readonly bool[] Followed = ListFollowed();

    private readonly CpuState* _state = processor.State;

    /// <summary>By general register; CTR; and what stands for the operand 0.</summary>
    private readonly uint[] _slopes = new uint[DecodedInstruction.Zero + 1];
    private readonly uint[] _slopesAtHead = new uint[Ctr + 1];
    private readonly (nint Host, uint AtHead)[] _stored = new (nint, uint)[MaxWords];
    private int _storedCount;
    private uint _ticks;
    private long _further;

    /// <summary>How many turns after the one that was followed go the same way.</summary>
    public ulong Further => (ulong)_further;

    /// <summary>Whether an instruction has no effect but on registers and on plain memory; mtmsr only if it enables interrupts and no more.</summary>
    public static bool CanFollow(Op code) => Followed[(int)code];

    /// <summary>Begins a turn.</summary>
    /// <param name="before">The state one turn before, at the same place.</param>
    /// <param name="length">How many instructions a turn has.</param>
    /// <returns>False when more has changed since than a turn may change.</returns>
    public bool Begin(CpuState* before, int length)
    {
        if (_state->TimersFrozenAt != 0 || !IsSameButCounters(before))
            return false;
        Array.Clear(_slopes);
        for (int n = 0; n < 32; n++)
            _slopes[n] = _state->Gpr[n] - before->Gpr[n];
        _slopes[Ctr] = _state->Ctr - before->Ctr;
        Array.Copy(_slopes, _slopesAtHead, _slopesAtHead.Length);
        _ticks = (uint)length * processor.Model.TicksPerInstruction;
        (_further, _storedCount) = (long.MaxValue, 0);
        return true;
    }

    /// <summary>Follows an instruction, before it is executed.</summary>
    /// <returns>False when it may do something else in a later turn.</returns>
    public bool Follow(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case Op.B or Codes.Nop: return true;
            case Op.Bc or Op.Bclr or Op.Bcctr: return FollowBranch(i);
            case Op.Mftb: return FollowTimebase(i);
            case Codes.Mfctr: return To(i.T, _slopes[Ctr]);
            case Codes.Mtctr: return To(Ctr, _slopes[i.T]);
            case Codes.Li: return To(i.T, 0);
            case Op.Addi: return To(i.T, Of(i.A).Slope);
            case Op.Addic: return Add(i, Of(i.A), new Value(i.Immediate, 0), 0);
            case Op.AddicRecord: return Add(i, Of(i.A), new Value(i.Immediate, 0), 0, records: true);
            case Op.Subfic: return Add(i, Of(i.A).Complement, new Value(i.Immediate, 0), 1);
            case Op.Addc: return Add(i, Of(i.A), Of(i.B), 0, i.Rc != 0);
            case Op.Subfc: return Add(i, Of(i.A).Complement, Of(i.B), 1, i.Rc != 0);
            case Op.Add: return Result(i.T, Of(i.A).Plus(Of(i.B), 0), i.Rc != 0);
            case Op.Subf: return Result(i.T, Of(i.B).Plus(Of(i.A).Complement, 1), i.Rc != 0);
            case Op.Neg: return Result(i.T, Of(i.A).Complement.Plus(default, 1), i.Rc != 0);
            case Op.Or when i.T == i.B: return Result(i.A, Of(i.T), i.Rc != 0);
            case Op.Cmp: return KeepsOrder(Of(i.A).Signed, Of(i.B).Signed);
            case Op.Cmpi: return KeepsOrder(Of(i.A).Signed, new Value(i.Immediate, 0).Signed);
            case Op.Cmpl: return KeepsOrder(Of(i.A).Unsigned, Of(i.B).Unsigned);
            case Op.Cmpli: return KeepsOrder(Of(i.A).Unsigned, new Value(i.Immediate, 0).Unsigned);
            default: return FollowConstant(i);
        }
    }

    /// <summary>Whether the turn has ended in the state in which it began, with all slopes kept.</summary>
    /// <param name="before">The state at its beginning.</param>
    public bool EndsAsBegun(CpuState* before)
    {
        if (!IsSameButCounters(before))
            return false;
        for (int n = 0; n < 32; n++)
        {
            if (_slopes[n] != _slopesAtHead[n] || _state->Gpr[n] - before->Gpr[n] != _slopes[n])
                return false;
        }

        if (_slopes[Ctr] != _slopesAtHead[Ctr] || _state->Ctr - before->Ctr != _slopes[Ctr])
            return false;
        foreach ((nint host, uint atHead) in _stored.AsSpan(0, _storedCount))
        {
            if (*(uint*)host != atHead)
                return false;
        }

        return true;
    }

    /// <summary>Does to the registers what a number of turns does.</summary>
    public void Advance(uint turns)
    {
        for (int n = 0; n < 32; n++)
            _state->Gpr[n] += turns * _slopes[n];
        _state->Ctr += turns * _slopes[Ctr];
    }

    private static bool[] ListFollowed()
    {
        bool[] followed = new bool[Codes.Limit];
        foreach (CodeTraits traits in CodeTraits.All)
        {
            followed[(int)traits.Code] = traits.Kind is not (CodeKind.Marker or CodeKind.Context or CodeKind.ClearBlock
                or CodeKind.LoadString or CodeKind.StoreString);
        }

        followed[(int)Op.Mtmsr] = true;

        return followed;
    }

    /// <summary>Compares all of the state but general registers, CTR and the count; CR by its bits, as they may be encoded differently.</summary>
    private bool IsSameButCounters(CpuState* before)
    {
        if (_state->CrBits != before->CrBits)
            return false;
        const int AfterCr = 0xc0;
        (uint ctr, ulong count) = (before->Ctr, before->InstructionCount);
        (before->Ctr, before->InstructionCount) = (_state->Ctr, _state->InstructionCount);
        bool isSame = new ReadOnlySpan<byte>((byte*)_state + AfterCr, CpuState.EngineArea - AfterCr)
            .SequenceEqual(new ReadOnlySpan<byte>((byte*)before + AfterCr, CpuState.EngineArea - AfterCr));
        (before->Ctr, before->InstructionCount) = (ctr, count);
        return isSame;
    }

    private Value Of(int register) => new(register == DecodedInstruction.Zero ? 0 : _state->Gpr[register], _slopes[register]);

    private bool To(int register, uint slope)
    {
        _slopes[register] = slope;
        return true;
    }

    private bool Result(int register, Value result, bool records) =>
        (!records || KeepsOrder(result.Signed, default)) && To(register, result.Slope);

    /// <summary>A sum that sets CA: the same for as long as neither operand wraps, and the sum does not go over the carry.</summary>
    private bool Add(in DecodedInstruction i, Value a, Value b, uint carry, bool records = false)
    {
        Exact one = Kept(a.Unsigned), other = Kept(b.Unsigned);
        long sum = one.At + other.At + carry;
        const long Carry = 1L << 32;
        KeepIn(new Exact(sum, one.Slope + other.Slope, 0, 0), sum < Carry ? 0 : Carry, sum < Carry ? Carry - 1 : 2 * Carry);
        return Result(i.T, a.Plus(b, carry), records);
    }

    private bool FollowTimebase(in DecodedInstruction i)
    {
        bool isLow = Field.Spr(i.Word) == Spr.TblRead;
        if (!isLow)
            Kept(new Value((uint)processor.Timers.Timebase, _ticks).Unsigned);
        return To(i.T, isLow ? _ticks : 0);
    }

    private bool FollowBranch(in DecodedInstruction i)
    {
        const int KeepsCtr = 4;
        if (i.Code == Op.Bcctr)
            return _slopes[Ctr] == 0;
        if ((Field.Bo(i.Word) & KeepsCtr) != 0 || _slopes[Ctr] == 0)
            return true;
        Value left = new(_state->Ctr - 1, _slopes[Ctr]);
        return KeepsOrder(left.Unsigned, default);
    }

    /// <summary>An instruction that does the same in each turn if all that it reads is the same.</summary>
    private bool FollowConstant(in DecodedInstruction i)
    {
        InstructionRow row = Decoder.Row(i.Op);
        for (uint reads = row.GprsRead(i.Word); reads != 0; reads &= reads - 1)
        {
            if (_slopes[BitOperations.TrailingZeroCount(reads)] != 0)
                return false;
        }

        if (i.Traits.UsesWriteTable && !NoteStore(i))
            return false;
        for (uint writes = row.GprsWritten(i.Word); writes != 0; writes &= writes - 1)
            _slopes[BitOperations.TrailingZeroCount(writes)] = 0;
        return true;
    }

    /// <summary>Notes what the words that are stored to hold at the head of the turn.</summary>
    private bool NoteStore(in DecodedInstruction i)
    {
        uint effective = Of(i.A).Now + (i.IsIndexed ? Of(i.B).Now : i.Immediate);
        int size = i.Traits.Kind == CodeKind.StoreMultiple ? 4 * (32 - i.T) : i.Traits.Size;
        long addend = EngineState.Of(_state)->WriteTable[effective >> 12];
        if (addend == 0)
            return false;
        nint first = (nint)(addend + effective) & ~3;
        for (nint host = first; host < (nint)(addend + effective) + size; host += 4)
        {
            bool isNoted = false;
            for (int n = 0; n < _storedCount && !isNoted; n++)
                isNoted = _stored[n].Host == host;
            if (isNoted)
                continue;
            if (_storedCount == MaxWords)
                return false;
            _stored[_storedCount++] = (host, *(uint*)host);
        }

        return true;
    }

    /// <summary>Lets a comparison come out as it does now.</summary>
    /// <returns>False when it will not in the next turn.</returns>
    private bool KeepsOrder(Exact a, Exact b)
    {
        long difference = Kept(a).At - Kept(b).At;
        long slope = a.Slope - b.Slope;
        if (difference == 0)
            return slope == 0;
        KeepIn(new Exact(difference, slope, 0, 0), difference > 0 ? 1 : long.MinValue / 2, difference > 0 ? long.MaxValue / 2 : -1);
        return true;
    }

    /// <summary>Lets a value not wrap around.</summary>
    private Exact Kept(Exact value)
    {
        KeepIn(value, value.Least, value.Most);
        return value;
    }

    private void KeepIn(Exact value, long least, long most)
    {
        if (value.Slope != 0)
            _further = Math.Min(_further, value.Slope > 0 ? (most - value.At) / value.Slope : (value.At - least) / -value.Slope);
    }

    /// <summary>What a register holds now, and by how much that grows from turn to turn, modulo 2 to the power of 32.</summary>
    private readonly record struct Value(uint Now, uint Slope)
    {
        /// <summary>As a signed number.</summary>
        public Exact Signed => new((int)Now, (int)Slope, int.MinValue, int.MaxValue);

        /// <summary>As an unsigned number.</summary>
        public Exact Unsigned => new(Now, (int)Slope, 0, uint.MaxValue);

        /// <summary>With all bits inverted.</summary>
        public Value Complement => new(~Now, 0 - Slope);

        /// <summary>The sum with another one and a carry.</summary>
        public Value Plus(Value other, uint carry) => new(Now + other.Now + carry, Slope + other.Slope);
    }

    /// <summary>The same as a number without an end, which is what it stands for while it stays within bounds.</summary>
    private readonly record struct Exact(long At, long Slope, long Least, long Most);
}
