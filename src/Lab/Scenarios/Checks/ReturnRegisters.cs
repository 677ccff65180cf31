using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// The registers that belong to the exception handler that runs, and are lost when another one uses them: SRR0 to SRR3
/// and SPRG0 to SPRG7.
/// </summary>
internal static class ReturnRegisters
{
    /// <summary>How many there are.</summary>
    public const int Count = 12;

    /// <summary>Index of SRR0; SRR1, SRR2 and SRR3 follow.</summary>
    public const int Srr0 = 0;

    /// <summary>Index of SRR2.</summary>
    public const int Srr2 = 2;

    private const int FirstSprg = 4;

    /// <summary>The numbers under which mfspr and mtspr know them.</summary>
    public static int[] SprNumbers { get; } = [.. Enumerable.Range(0, 1024).Where(number => IndexOf(number) >= 0)];

    /// <summary>Gives the index of the register with an SPR number; -1 for any other register.</summary>
    public static int IndexOf(int spr) => spr switch
    {
        Spr.Srr0 => Srr0,
        Spr.Srr1 => Srr0 + 1,
        Spr.Srr2 => Srr2,
        Spr.Srr3 => Srr2 + 1,
        >= Spr.Sprg0 and <= Spr.Sprg7 => FirstSprg + spr - Spr.Sprg0,
        >= Spr.Sprg4Read and <= Spr.Sprg7Read => FirstSprg + 4 + spr - Spr.Sprg4Read,
        _ => -1,
    };

    /// <summary>Whether it is one of SPRG0 to SPRG7, which hold whatever software put there.</summary>
    public static bool IsSprg(int index) => index >= FirstSprg;

    /// <summary>The manual's name.</summary>
    public static string Name(int index) => IsSprg(index) ? $"SPRG{index - FirstSprg}" : $"SRR{index}";
}
