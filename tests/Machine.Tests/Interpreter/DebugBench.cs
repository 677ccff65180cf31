using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// What tests of the debug facilities share: bits as the manual's figures of DBCR0, DBCR1 and DBSR number them.
/// </summary>
internal static class DebugBench
{
    public const uint Idm = 1u << 30, Ic = 1u << 27, Bt = 1u << 26, Ede = 1u << 25, Tde = 1u << 24;
    public const uint Ia1 = 1u << 23, Ia2 = 1u << 22, Ia12 = 1u << 21, Ia12x = 1u << 20;
    public const uint Ia3 = 1u << 19, Ia4 = 1u << 18, Ia34 = 1u << 17, Ia34x = 1u << 16, Ia12t = 1u << 15, Ia34t = 1u << 14;

    public const uint D1r = 1u << 31, D2r = 1u << 30, D1w = 1u << 29, D2w = 1u << 28, Da12 = 1u << 23, Da12x = 1u << 22;

    public const uint StatusIc = 1u << 31, StatusBt = 1u << 30, StatusExc = 1u << 29, StatusTie = 1u << 28;
    public const uint StatusIa1 = 1u << 26, StatusIa2 = 1u << 25, StatusIa3 = 1u << 19, StatusIa4 = 1u << 18;
    public const uint StatusDr1 = 1u << 24, StatusDw1 = 1u << 23, StatusDr2 = 1u << 22, StatusDw2 = 1u << 21, StatusIde = 1u << 20;

    /// <summary>The bits of DBSR that tell of events, IDE included.</summary>
    public const uint Events = 0xfffc_0000;

    /// <summary>A machine in internal debug mode with debug interrupts enabled, and loops at all vectors.</summary>
    public static TestMachine Debugged(uint dbcr0, uint dbcr1 = 0, uint msr = Msr.De)
    {
        TestMachine m = new TestMachine { Msr = msr }.WithHandlers();
        m.SetSpr(Spr.Dbcr1, dbcr1);
        m.SetSpr(Spr.Dbcr0, dbcr0 | Idm);
        return m;
    }

    /// <summary>Holds or drops the reservation of lwarx.</summary>
    public static unsafe void Reserve(this TestMachine m, uint reservation) => m.State->Reservation = reservation;

    /// <summary>The events recorded in DBSR.</summary>
    public static uint Status(this TestMachine m) => m.Spr(Spr.Dbsr) & Events;
}
