using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PpcJit.Machine.Cpu;

/// <summary>
/// The architected state of one 405 core, in native memory with a fixed layout, because generated code addresses it by offsets.
/// Both engines work on it; there is no second copy.
/// </summary>
/// <remarks>
/// What the generated code uses most stands in the first 128 bytes after the general registers so that offsets stay
/// short. Reserved bits are kept zero at every write, so no reader masks.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
#pragma warning disable CS1591 // Fields named as the manual's registers need no sentence each; those that do have one.
public unsafe struct CpuState
{
    /// <summary>Bytes reserved for the state: one host page.</summary>
    public const int Size = 4096;

    /// <summary>Offset of <see cref="Zero"/>.</summary>
    public const int ZeroOffset = 0xfc;

    /// <summary>Number of TLB entries.</summary>
    public const int TlbEntries = 64;

    [FieldOffset(0x000)] public fixed uint Gpr[32];

    /// <summary>The eight fields of the condition register, each as a <see cref="CrField"/> encoding.</summary>
    [FieldOffset(0x080)] public fixed long Cr[8];

    /// <summary>XER[SO] as <see cref="CrField.SummaryOverflow"/> or zero, ready to be combined with a CR field.</summary>
    [FieldOffset(0x0C0)] public long XerSo;

    /// <summary>XER[CA] as 0 or 1.</summary>
    [FieldOffset(0x0C8)] public uint XerCa;

    /// <summary>XER[OV] as 0 or 1.</summary>
    [FieldOffset(0x0CC)] public uint XerOv;

    /// <summary>XER[TBC]: byte count of lswx and stswx, 0 to 127.</summary>
    [FieldOffset(0x0D0)] public uint XerCount;
    [FieldOffset(0x0D4)] public uint Lr;
    [FieldOffset(0x0D8)] public uint Ctr;

    /// <summary>Effective address of the next instruction.</summary>
    [FieldOffset(0x0DC)] public uint Pc;
    [FieldOffset(0x0E0)] public uint Msr;
    [FieldOffset(0x0E4)] public uint Pid;
    [FieldOffset(0x0E8)] public uint Zpr;

    /// <summary>Interrupt sources that ask for an interrupt now, enabled by the MSR or not; see <see cref="InterruptSource"/>.</summary>
    [FieldOffset(0x0EC)] public uint PendingInterrupts;

    /// <summary>Number of completed instructions: the machine's time.</summary>
    [FieldOffset(0x0F0)] public ulong InstructionCount;

    /// <summary>1 while a lwarx reservation is held.</summary>
    [FieldOffset(0x0F8)] public uint Reservation;

    /// <summary>Always 0: what engines read in place of r0 where an address has none.</summary>
    [FieldOffset(ZeroOffset)] public readonly uint Zero;

    [FieldOffset(0x100)] public uint Srr0;
    [FieldOffset(0x104)] public uint Srr1;
    [FieldOffset(0x108)] public uint Srr2;
    [FieldOffset(0x10C)] public uint Srr3;
    [FieldOffset(0x110)] public fixed uint Sprg[8];
    [FieldOffset(0x130)] public uint Usprg0;
    [FieldOffset(0x134)] public uint Esr;
    [FieldOffset(0x138)] public uint Dear;
    [FieldOffset(0x13C)] public uint Evpr;
    [FieldOffset(0x140)] public uint Tcr;
    [FieldOffset(0x144)] public uint Tsr;

    /// <summary>Auto-reload value of the PIT: the value last written to it.</summary>
    [FieldOffset(0x148)] public uint PitReload;

    /// <summary>1 while the PIT counts.</summary>
    [FieldOffset(0x14C)] public uint PitRunning;

    /// <summary>Timebase tick at which the PIT reaches zero, while it counts.</summary>
    [FieldOffset(0x150)] public ulong PitZeroTick;

    /// <summary>What is added to the count's ticks to give the 64-bit timebase.</summary>
    [FieldOffset(0x158)] public ulong TimebaseOffset;

    // Storage attributes in real mode, one bit for each 128 MB
    [FieldOffset(0x160)] public uint Dccr;
    [FieldOffset(0x164)] public uint Dcwr;
    [FieldOffset(0x168)] public uint Iccr;
    [FieldOffset(0x16C)] public uint Sgr;
    [FieldOffset(0x170)] public uint Sler;
    [FieldOffset(0x174)] public uint Su0r;
    [FieldOffset(0x178)] public uint Ccr0;
    [FieldOffset(0x17C)] public uint Icdbdr;

    // Debug
    [FieldOffset(0x180)] public uint Dbcr0;
    [FieldOffset(0x184)] public uint Dbcr1;
    [FieldOffset(0x188)] public uint Dbsr;
    [FieldOffset(0x18C)] public fixed uint Iac[4];
    [FieldOffset(0x19C)] public fixed uint Dac[2];
    [FieldOffset(0x1A4)] public fixed uint Dvc[2];

    /// <summary>The tick at which a debug event froze the timers (DBCR0[FT]), plus 1; 0 while they run.</summary>
    [FieldOffset(0x1B0)] public ulong TimersFrozenAt;

    /// <summary>The machine check syndrome, on a chip that has that register.</summary>
    [FieldOffset(0x1B8)] public uint Mcsr;

    // The unified TLB
    [FieldOffset(0x200)] public fixed uint TlbHi[TlbEntries];
    [FieldOffset(0x300)] public fixed uint TlbLo[TlbEntries];
    [FieldOffset(0x400)] public fixed uint TlbTid[TlbEntries];

    /// <summary>Mask of the effective address bits that entry n compares; derived from TLBHI[SIZE].</summary>
    [FieldOffset(0x500)] public fixed uint TlbMask[TlbEntries];

    /// <summary>
    /// What (effective address AND <see cref="TlbMask"/>) must equal for entry n to match; 1, which nothing equals, for
    /// an invalid entry.
    /// </summary>
    [FieldOffset(0x600)] public fixed uint TlbTag[TlbEntries];

    /// <summary>
    /// From here to the end the fast engine keeps what its generated code needs; it is not architected and not part of
    /// the state hash.
    /// </summary>
    public const int EngineArea = 0x800;

    /// <summary>The condition register as the manual's 32 bits.</summary>
    public uint CrBits
    {
        readonly get
        {
            fixed (long* fields = Cr)
                return CrField.DecodeAll(fields);
        }

        set
        {
            for (int n = 0; n < 8; n++)
                Cr[n] = CrField.Encode((value >> (28 - (4 * n))) & 0xf);
        }
    }

    /// <summary>The XER as the manual's 32 bits: SO 0, OV 1, CA 2, TBC 25:31.</summary>
    public uint Xer
    {
        readonly get => (XerSo != 0 ? 0x80000000 : 0) | (XerOv << 30) | (XerCa << 29) | XerCount;

        set
        {
            XerSo = (value & 0x80000000) != 0 ? CrField.SummaryOverflow : 0;
            XerOv = (value >> 30) & 1;
            XerCa = (value >> 29) & 1;
            XerCount = value & 0x7f;
        }
    }

    /// <summary>Gives the offset of a field for generated code.</summary>
    /// <param name="state">Any state.</param>
    /// <param name="field">Address of a field of <paramref name="state"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OffsetOf(CpuState* state, void* field) => (int)((byte*)field - (byte*)state);
}
