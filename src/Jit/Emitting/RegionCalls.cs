using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PpcJit.Jit.Code;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// What regions call: instructions that change translation or the MSR, and one that gathers what is spread over eight
/// fields.
/// </summary>
internal static unsafe class RegionCalls
{
    /// <summary>
    /// Set in a returned address when the dispatcher must look at interrupts or debug events before the next
    /// instruction.
    /// </summary>
    private const uint Attention = 1;

    public static readonly MethodInfo ReadCrMethod = Method(nameof(ReadCr));
    public static readonly MethodInfo ReadTimebaseMethod = Method(nameof(ReadTimebase));
    public static readonly MethodInfo CountToZeroByteMethod = Method(nameof(CountToZeroByte));
    public static readonly MethodInfo FieldOfZeroByteMethod = Method(nameof(FieldOfZeroByte));
    public static readonly MethodInfo WriteTlbMethod = Method(nameof(WriteTlb));
    public static readonly MethodInfo SetPidMethod = Method(nameof(SetPid));
    public static readonly MethodInfo SetMsrMethod = Method(nameof(SetMsr));
    public static readonly MethodInfo ReturnFromInterruptMethod = Method(nameof(ReturnFromInterrupt));
    public static readonly MethodInfo SystemCallMethod = Method(nameof(SystemCall));

    /// <summary>mftb.</summary>
    /// <param name="state">The state.</param>
    /// <param name="budget">What of the budget is left before the instruction.</param>
    /// <param name="shift">0 for the low half, 32 for the high half.</param>
    public static uint ReadTimebase(CpuState* state, long budget, int shift)
    {
        state->InstructionCount = EngineState.Of(state)->Deadline - (ulong)budget;
        return (uint)(Contexts(state).Timebase >> shift);
    }

    /// <summary>dlmzb: how many bytes there are up to the first zero byte, that one included; 8 if there is none.</summary>
    public static uint CountToZeroByte(uint high, uint low)
    {
        ulong bytes = ((ulong)high << 32) | low;
        uint count = 1;
        while (count < 8 && (byte)(bytes >> (int)(64 - (8 * count))) != 0)
            count++;
        return count;
    }

    /// <summary>dlmzb.: where that byte is.</summary>
    /// <returns>A CR field without SO.</returns>
    public static long FieldOfZeroByte(uint high, uint low)
    {
        uint count = CountToZeroByte(high, low);
        bool found = count < 8 || (byte)low == 0;
        return CrField.Encode(!found ? CrField.Eq : count < 5 ? CrField.Gt : CrField.Lt);
    }

    /// <summary>mfcr: the condition register as the state holds it.</summary>
    public static uint ReadCr(CpuState* state) => state->CrBits;

    /// <summary>tlbwe.</summary>
    /// <returns>Whether code mappings went with it.</returns>
    public static bool WriteTlb(CpuState* state, uint index, uint value, uint word) =>
        Contexts(state).WriteTlb((int)(index % CpuState.TlbEntries), value, hi: word == 0);

    /// <summary>mtspr PID.</summary>
    /// <returns>Whether the code context changed.</returns>
    public static bool SetPid(CpuState* state, uint value)
    {
        state->Pid = value & 0xff;
        return Contexts(state).Select() && (state->Msr & Msr.Ir) != 0;
    }

    /// <summary>mtmsr.</summary>
    public static uint SetMsr(CpuState* state, uint value, uint next)
    {
        state->Msr = value & Msr.Implemented;
        return Continue(state, next);
    }

    /// <summary>rfi.</summary>
    public static uint ReturnFromInterrupt(CpuState* state)
    {
        state->Msr = state->Srr1;
        uint next = Continue(state, state->Srr0);
        Contexts(state).FillAhead();
        return next;
    }

    /// <summary>sc.</summary>
    public static uint SystemCall(CpuState* state, long budget, uint next)
    {
        state->InstructionCount = EngineState.Of(state)->Deadline - (ulong)budget;
        Contexts(state).TakeSystemCall(next);
        return Continue(state, state->Pc);
    }

    private static uint Continue(CpuState* state, uint address)
    {
        state->Pc = address;
        RunContexts contexts = Contexts(state);
        contexts.Select();
        return contexts.NeedsAttention() ? address | Attention : address;
    }

    private static RunContexts Contexts(CpuState* state) =>
        Unsafe.As<RunContexts>(GCHandle.FromIntPtr(EngineState.Of(state)->Owner).Target!);

    private static MethodInfo Method(string name) => typeof(RegionCalls).GetMethod(name)!;
}
