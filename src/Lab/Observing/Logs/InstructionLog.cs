using System.Runtime.Intrinsics;
using System.Text;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs every instruction with the registers that it changed.</summary>
internal sealed unsafe class InstructionLog(ObservedGuest guest, LogLines lines) : InstructionObserver(guest), ILogSource
{
    private const int Registers = 32;

    private readonly CpuState* _state = guest.State;
    private readonly uint[] _gprs = new uint[Registers];
    private readonly WordCache<InstructionText> _texts = new();
    private ulong _count = ulong.MaxValue;
    private uint _msr;
    private uint _cr;
    private uint _xer;
    private uint _lr;
    private uint _ctr;

    /// <inheritdoc/>
    public override void Begin()
    {
        base.Begin();

        // It may begin in front of an instruction that others look at already: that one belongs to it.
        BeforeInstruction(_state->Pc, 0);
    }

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) => !lines.IsFull
        && (lines.Includes(address) || lines.Includes(Guest.Places.Linked(address, msr: 0)));

    /// <inheritdoc/>
    public override bool BeforeInstruction(uint address, uint word)
    {
        new ReadOnlySpan<uint>(_state->Gpr, Registers).CopyTo(_gprs);
        (_count, _msr, _cr, _xer, _lr, _ctr) = (_state->InstructionCount, _state->Msr, _state->CrBits, _state->Xer, _state->Lr, _state->Ctr);
        return true;
    }

    /// <inheritdoc/>
    public override void AfterInstruction(uint address, uint word)
    {
        if (_state->InstructionCount != _count + 1 || lines.Begin("insn      "u8, address, _msr, _count, 0) is not { } line)
            return;
        line.Add(Text(address, word));
        fixed (uint* before = _gprs)
        {
            for (int n = 0; n < Registers; n += Vector256<uint>.Count)
            {
                uint changed = ~Vector256.Equals(Vector256.Load(before + n), Vector256.Load(_state->Gpr + n)).ExtractMostSignificantBits() & 0xff;
                for (; changed != 0; changed &= changed - 1)
                {
                    int register = n + System.Numerics.BitOperations.TrailingZeroCount(changed);
                    line.Add(" r"u8).Decimal(register).Add("="u8).ShortHex(_state->Gpr[register]);
                }
            }
        }

        Note(line, " cr="u8, _cr, _state->CrBits);
        Note(line, " xer="u8, _xer, _state->Xer);
        Note(line, " lr="u8, _lr, _state->Lr);
        Note(line, " ctr="u8, _ctr, _state->Ctr);
        Note(line, " msr="u8, _msr, _state->Msr);
        lines.End();
    }

    private static void Note(LineBuffer line, ReadOnlySpan<byte> name, uint before, uint now)
    {
        if (before != now)
            line.Add(name).ShortHex(now);
    }

    private byte[] Text(uint address, uint word)
    {
        ref InstructionText? known = ref _texts.At(address);
        if (known is null || known.Word != word)
            known = new InstructionText(word, Encoding.UTF8.GetBytes(Disassembler.Disassemble(word, address)));
        return known.Text;
    }

    /// <summary>An instruction that was seen at an address, and how it is written.</summary>
    private sealed record InstructionText(uint Word, byte[] Text);
}
