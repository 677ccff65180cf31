using System.Runtime.InteropServices;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.State;

/// <summary>Offsets of the state's fields from the pointer that generated code gets, in bytes.</summary>
internal static unsafe class Offsets
{
    // Taking the address of a field makes the runtime check that its structure is there, so there is one.
    private static readonly CpuState* Base = (CpuState*)NativeMemory.AllocZeroed(CpuState.Size);

    public static int Gpr(int number) => Of(&Base->Gpr[0]) + (4 * number);

    public static int Cr(int number) => Of(&Base->Cr[0]) + (8 * number);

    public static int Sprg(int number) => Of(&Base->Sprg[0]) + (4 * number);

    public static int Usprg0 => Of(&Base->Usprg0);

    public static int XerSo => Of(&Base->XerSo);

    public static int XerCa => Of(&Base->XerCa);

    public static int XerOv => Of(&Base->XerOv);

    public static int XerCount => Of(&Base->XerCount);

    public static int Lr => Of(&Base->Lr);

    public static int Ctr => Of(&Base->Ctr);

    public static int Pc => Of(&Base->Pc);

    public static int Msr => Of(&Base->Msr);

    public static int Pid => Of(&Base->Pid);

    public static int Pending => Of(&Base->PendingInterrupts);

    public static int Reservation => Of(&Base->Reservation);

    public static int Srr0 => Of(&Base->Srr0);

    public static int Srr1 => Of(&Base->Srr1);

    public static int Esr => Of(&Base->Esr);

    public static int Dear => Of(&Base->Dear);

    public static int ReadTable => Of(&EngineState.Of(Base)->ReadTable);

    public static int WriteTable => Of(&EngineState.Of(Base)->WriteTable);

    public static int JumpCache => Of(&EngineState.Of(Base)->JumpCache);

    public static int ExitReason => Of(&EngineState.Of(Base)->ExitReason);

    public static int FaultAddress => Of(&EngineState.Of(Base)->FaultAddress);

    public static int CodeWordsBase => Of(&EngineState.Of(Base)->CodeWordsBase);

    public static int LastBudget => Of(&EngineState.Of(Base)->LastBudget);

    public static int CrMark(int field) => Of(&EngineState.Of(Base)->CrMarks[field]);

    private static int Of(void* field) => (int)((byte*)field - (byte*)Base);
}
