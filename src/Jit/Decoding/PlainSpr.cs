using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Decoding;

/// <summary>SPRs that are plain words of the state: reading and writing them has no other effect.</summary>
internal static class PlainSpr
{
    /// <summary>Gives the offset of the register in <see cref="CpuState"/>.</summary>
    /// <param name="number">The SPR.</param>
    /// <param name="write">Whether it is to be written; more registers are plain to read than to write.</param>
    /// <param name="offset">Where it is in the state.</param>
    /// <returns>False for a register that needs more than a load or a store.</returns>
    public static bool TryGetOffset(int number, bool write, out int offset)
    {
        offset = number switch
        {
            >= Spr.Sprg0 and <= Spr.Sprg7 => Offsets.Sprg(number - Spr.Sprg0),
            >= Spr.Sprg4Read and <= Spr.Sprg7Read when !write => Offsets.Sprg(number - Spr.Sprg4Read + 4),
            Spr.Usprg0 => Offsets.Usprg0,
            Spr.Srr0 => Offsets.Srr0,
            Spr.Srr1 => Offsets.Srr1,
            Spr.Dear => Offsets.Dear,
            Spr.Esr => Offsets.Esr,
            Spr.Pid when !write => Offsets.Pid,
            _ => -1,
        };
        return offset >= 0;
    }

    /// <summary>The bits of such a register that a write can set.</summary>
    public static uint WriteMask(int number) => number switch
    {
        Spr.Srr0 => ~3u,
        Spr.Srr1 => Msr.Implemented,
        Spr.Esr => Esr.Implemented,
        _ => uint.MaxValue,
    };
}
