using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.State;

/// <summary>
/// What generated code shares with the dispatcher, kept in the engine's part of the <see cref="CpuState"/> page so that
/// one base register reaches both.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct EngineState
{
    /// <summary>Read side of the soft page table of the present data context.</summary>
    [FieldOffset(0x00)] public long* ReadTable;

    /// <summary>Write side of the soft page table of the present data context.</summary>
    [FieldOffset(0x08)] public long* WriteTable;

    /// <summary>The jump cache of the present code context.</summary>
    [FieldOffset(0x10)] public JumpCacheEntry* JumpCache;

    /// <summary>Why a region returned to the dispatcher.</summary>
    [FieldOffset(0x18)] public ExitReason ExitReason;

    /// <summary>
    /// Effective address of the access that the soft page table could not serve; with <see cref="ExitReason.Step"/>,
    /// the instruction.
    /// </summary>
    [FieldOffset(0x1C)] public uint FaultAddress;

    /// <summary>The count at which the present budget ends: the count is this less what is left of the budget.</summary>
    [FieldOffset(0x20)] public ulong Deadline;

    /// <summary>Handle of the run contexts that regions call.</summary>
    [FieldOffset(0x28)] public nint Owner;

    /// <summary>See the code words of the code cache: a page's words that hold instructions.</summary>
    [FieldOffset(0x30)] public nint CodeWordsBase;

    /// <summary>The budget at which the turns of a loop without look-ups end, where that needs most of the host's registers.</summary>
    [FieldOffset(0x38)] public long LastBudget;

    /// <summary>For each CR field whether it stands for a comparison, where a region does not know.</summary>
    [FieldOffset(0x40)] public fixed byte CrMarks[8];

    /// <summary>The engine's part of a processor state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EngineState* Of(CpuState* state) => (EngineState*)((byte*)state + CpuState.EngineArea);
}

/// <summary>One entry of a jump cache: where the code for an effective address is.</summary>
[StructLayout(LayoutKind.Explicit, Size = 1 << SizeLog)]
internal struct JumpCacheEntry
{
    /// <summary>
    /// Entries of a jump cache; a power of two. Two functions that share one put each other out at each call. A boot of Linux (--jit-opt
    /// background=off,threshold=200) would do with less: it comes back to the dispatcher 270,654 times, with 4,096 entries 270,918 times, with
    /// 1,024 280,542 times. The host has no memory for entries that were never used.
    /// </summary>
    public const int Count = 1 << 14;

    /// <summary>Logarithm of an entry's size in bytes.</summary>
    public const int SizeLog = 4;

    /// <summary>The first part of an index: the address without its two zero bits.</summary>
    public const int NearShift = 2;

    /// <summary>
    /// The second part of an index keeps addresses apart that are a multiple of the cache's reach away from each other:
    /// the logarithm of <see cref="Count"/> and <see cref="NearShift"/> together.
    /// </summary>
    public const int FarShift = 16;

    /// <summary>Offset of <see cref="Entry"/> in bytes.</summary>
    public const int EntryOffset = 4;

    /// <summary>Offset of <see cref="Code"/> in bytes.</summary>
    public const int CodeOffset = 8;

    /// <summary>
    /// A tag that no instruction address equals, nor one with bit 0 set, by which a region asks for attention.
    /// </summary>
    public const uint Empty = 2;

    /// <summary>Effective address, or <see cref="Empty"/>; an entry that is all zero is empty too, but for the first.</summary>
    [FieldOffset(0)] public uint Address;

    /// <summary>At which of its entries the region is entered.</summary>
    [FieldOffset(EntryOffset)] public int Entry;

    /// <summary>Host address of the region's code.</summary>
    [FieldOffset(CodeOffset)] public nint Code;

    /// <summary>
    /// Index of an effective address in a jump cache. Generated code computes the same by <see cref="NearShift"/> and
    /// <see cref="FarShift"/>; one generic formula for both would leave this one to the slowest tier of the runtime, which
    /// compiles no operators of generic numbers ahead of time.
    /// </summary>
    public static uint IndexOf(uint effective) => ((effective >> NearShift) ^ (effective >> FarShift)) & (Count - 1);
}

/// <summary>Why a region returned to the dispatcher. The PC, the count and all registers are exact in each case.</summary>
internal enum ExitReason : uint
{
    /// <summary>The next instruction has no region known to the jump cache.</summary>
    Dispatch = 0,

    /// <summary>
    /// The instruction at the PC, which <see cref="EngineState.FaultAddress"/> holds, must be executed by the
    /// interpreter.
    /// </summary>
    Step = 1,

    /// <summary>A load at <see cref="EngineState.FaultAddress"/> missed the soft page table.</summary>
    ReadMiss = 2,

    /// <summary>A store at <see cref="EngineState.FaultAddress"/> missed the soft page table.</summary>
    WriteMiss = 3,

    /// <summary>Fewer instructions are left until the next event than the region might execute.</summary>
    Budget = 4,

    /// <summary>
    /// The instruction at the PC must be fetched and executed by the interpreter: it lies where code is not tracked, or
    /// cannot be fetched.
    /// </summary>
    Fetch = 5,

    /// <summary>Events, interrupts or debug events must be looked at before the next instruction.</summary>
    Attention = 6,

    /// <summary>A group of accesses, the first of which is at the PC, lies in two pages.</summary>
    Crossing = 7,

    /// <summary>
    /// A load at <see cref="EngineState.FaultAddress"/>, with which a group begins that has stores, missed the write side of the
    /// soft page table.
    /// </summary>
    MixedMiss = 8,
}
