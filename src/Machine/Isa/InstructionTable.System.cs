using static PpcJit.Machine.Isa.InstructionFlags;

namespace PpcJit.Machine.Isa;

public static partial class InstructionTable
{
    private static InstructionRow[] System() =>
    [
        // Synchronisation
        new(Op.Eieio,      "011111 ///// ///// ///// 1101010110 /",    "eieio",     ""),
        new(Op.Isync,      "010011 ///// ///// ///// 0010010110 /",    "isync",     "",         ContextAltering),
        new(Op.Sync,       "011111 ///// ///// ///// 1001010110 /",    "sync",      ""),

        // Processor control
        new(Op.Mfmsr,      "011111 ttttt ///// ///// 0001010011 /",    "mfmsr",     "rT",       Privileged),
        new(Op.Mtmsr,      "011111 sssss ///// ///// 0010010010 /",    "mtmsr",     "rS",       Privileged | ContextAltering),
        new(Op.Mfspr,      "011111 ttttt SSSSSSSSSS 0101010011 /",     "mfspr",     "rT,SPR"),
        new(Op.Mtspr,      "011111 sssss SSSSSSSSSS 0111010011 /",     "mtspr",     "SPR,rS",   ContextAltering),
        new(Op.Mftb,       "011111 ttttt SSSSSSSSSS 0101110011 /",     "mftb",      "rT,TBR"),
        new(Op.Mfdcr,      "011111 ttttt SSSSSSSSSS 0101000011 /",     "mfdcr",     "rT,DCR",   Privileged),
        new(Op.Mtdcr,      "011111 sssss SSSSSSSSSS 0111000011 /",     "mtdcr",     "DCR,rS",   Privileged | ContextAltering),
        new(Op.Wrtee,      "011111 sssss ///// ///// 0010000011 /",    "wrtee",     "rS",       Privileged | ContextAltering),
        new(Op.Wrteei,     "011111 ///// ///// V //// 0010100011 /",   "wrteei",    "E",        Privileged | ContextAltering),

        // TLB management. tlbre of TLBHI loads PID, hence ContextAltering.
        new(Op.Tlbia,      "011111 ///// ///// ///// 0101110010 /",    "tlbia",     "",         Privileged | ContextAltering),
        new(Op.Tlbre,      "011111 ttttt aaaaa WWWWW 1110110010 /",    "tlbre",     "rT,rA,WS", Privileged | ContextAltering),
        new(Op.Tlbsx,      "011111 ttttt zzzzz bbbbb 1110010010 c",    "tlbsx",     "rT,rA,rB", Privileged),
        new(Op.Tlbsync,    "011111 ///// ///// ///// 1000110110 /",    "tlbsync",   "",         Privileged),
        new(Op.Tlbwe,      "011111 sssss aaaaa WWWWW 1111010010 /",    "tlbwe",     "rS,rA,WS", Privileged | ContextAltering),
    ];
}
