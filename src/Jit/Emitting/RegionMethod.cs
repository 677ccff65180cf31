using System.Reflection.Emit;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// The signature that all regions have: <c>long (CpuState* state, long budget, int entry)</c>, which returns how much
/// of the budget is left. All arguments are in registers, so a region goes on to another one by a jump.
/// </summary>
internal static class RegionMethod
{
    /// <summary>How the names of all regions' methods begin; the guest address follows, in hexadecimal.</summary>
    public const string NamePrefix = "ppc_";

    /// <summary>Number of the argument that holds the budget.</summary>
    public const byte BudgetNumber = 1;

    /// <summary>Pushes the address of the state.</summary>
    public static readonly OpCode State = OpCodes.Ldarg_0;

    /// <summary>Pushes how many instructions may still complete.</summary>
    public static readonly OpCode Budget = OpCodes.Ldarg_1;

    /// <summary>Pushes the number of the entry.</summary>
    public static readonly OpCode Entry = OpCodes.Ldarg_2;

    /// <summary>Types of the arguments.</summary>
    public static readonly Type[] Parameters = [typeof(nint), typeof(long), typeof(int)];
}
