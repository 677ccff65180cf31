namespace PpcJit.Machine.Cpu;

/// <summary>Numbers of the 405's special purpose registers.</summary>
#pragma warning disable CS1591 // The names are the manual's.
public static class Spr
{
    public const int Xer = 1, Lr = 8, Ctr = 9, Srr0 = 26, Srr1 = 27, Usprg0 = 256;

    /// <summary>SPRG4 to SPRG7 for reading in problem state.</summary>
    public const int Sprg4Read = 260, Sprg7Read = 263;

    /// <summary>Timebase for reading, in any state.</summary>
    public const int TblRead = 268, TbuRead = 269;
    public const int Sprg0 = 272, Sprg7 = 279;

    /// <summary>Timebase for writing.</summary>
    public const int Tbl = 284, Tbu = 285;
    public const int Pvr = 287;

    /// <summary>Machine check syndrome, which only the 405EX has.</summary>
    public const int Mcsr = 572;
    public const int Zpr = 944, Pid = 945, Ccr0 = 947, Iac3 = 948, Iac4 = 949, Dvc1 = 950, Dvc2 = 951;
    public const int Sgr = 953, Dcwr = 954, Sler = 955, Su0r = 956, Dbcr1 = 957;
    public const int Icdbdr = 979, Esr = 980, Dear = 981, Evpr = 982, Tsr = 984, Tcr = 986, Pit = 987, Srr2 = 990, Srr3 = 991;
    public const int Dbsr = 1008, Dbcr0 = 1010, Iac1 = 1012, Iac2 = 1013, Dac1 = 1014, Dac2 = 1015, Dccr = 1018, Iccr = 1019;

    /// <summary>Whether problem state may not touch it: bit 0x10 of the number says so.</summary>
    public static bool IsPrivileged(int number) => (number & 0x10) != 0;
}
