using PpcJit.Lab.Debugging;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs changes of PID, ZPR and MSR by instructions.</summary>
internal sealed unsafe class MmuLog(ObservedGuest guest, LogLines lines) : InstructionObserver(guest), ILogSource
{
    private uint _msr;
    private uint _pid;
    private uint _zpr;

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) =>
        SetsMsr(word) || (Decoder.Decode(word) == Op.Mtspr && Field.Spr(word) is Spr.Pid or Spr.Zpr);

    /// <inheritdoc/>
    public override bool BeforeInstruction(uint address, uint word)
    {
        (_msr, _pid, _zpr) = (Guest.State->Msr, Guest.State->Pid, Guest.State->Zpr);
        return true;
    }

    /// <inheritdoc/>
    public override void AfterInstruction(uint address, uint word)
    {
        (uint msr, uint pid, uint zpr) = (Guest.State->Msr, Guest.State->Pid, Guest.State->Zpr);
        if ((msr, pid, zpr) == (_msr, _pid, _zpr) || lines.Begin("mmu       "u8, address, _msr, Guest.State->InstructionCount, 0) is not { } line)
            return;
        if (msr != _msr)
        {
            line.Add("MSR "u8).Hex(_msr).Add(" -> "u8).Hex(msr);
            foreach ((uint bit, string name) in DebugRegister.MsrBits)
            {
                if (((msr ^ _msr) & bit) != 0)
                    line.Add((msr & bit) != 0 ? " +"u8 : " -"u8).Add(name);
            }
        }

        if (pid != _pid)
            line.Add("PID "u8).Decimal(_pid).Add(" -> "u8).Decimal(pid);
        if (zpr != _zpr)
            line.Add("ZPR "u8).Hex(_zpr).Add(" -> "u8).Hex(zpr);
        lines.End();
    }
}
