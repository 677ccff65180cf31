using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Boards;

/// <summary>
/// The registers in which a boot protocol hands a machine over: r1 the stack pointer, r3 to r7 the arguments. All
/// others are left as reset made them.
/// </summary>
public readonly record struct BootRegisters(uint StackPointer, uint R3, uint R4 = 0, uint R5 = 0, uint R6 = 0, uint R7 = 0)
{
    /// <summary>Puts the processor at the first instruction, with translation and interrupts off.</summary>
    public unsafe void Apply(CpuState* state, uint entry)
    {
        state->Gpr[1] = StackPointer;
        state->Gpr[3] = R3;
        state->Gpr[4] = R4;
        state->Gpr[5] = R5;
        state->Gpr[6] = R6;
        state->Gpr[7] = R7;
        state->Msr = 0;
        state->Pc = entry;
    }
}
