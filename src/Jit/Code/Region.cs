using System.Reflection.Emit;
using PpcJit.Jit.Profiles;

namespace PpcJit.Jit.Code;

/// <summary>Compiled code of a region.</summary>
/// <param name="EffectiveAddress">Where it begins.</param>
/// <param name="Entries">
/// Indexes in the page of the instructions at which it can be entered; the first is where it begins.
/// </param>
/// <param name="Method">The dynamic method, referenced so that its code stays.</param>
/// <param name="Code">Host address of the code.</param>
/// <param name="Instructions">How many guest instructions were compiled.</param>
/// <param name="IlBytes">Size of the IL.</param>
/// <param name="CompileMicroseconds">How long compiling took.</param>
/// <param name="Runs">Where in its page they are.</param>
/// <param name="Plan">What the analysis found, a line for each block; null unless listings are kept.</param>
/// <param name="Listing">Guest instructions and IL as text; null unless listings are kept.</param>
internal sealed record Region(
    uint EffectiveAddress, int[] Entries, DynamicMethod Method, nint Code, int Instructions, int IlBytes,
    long CompileMicroseconds, List<WordRun> Runs, IReadOnlyList<string>? Plan, IReadOnlyList<ListingLine>? Listing)
{
    /// <summary>
    /// What a region holds whatever its size, in guest instructions: the dynamic method's objects, its place in the
    /// code heap, its entries. Measured on .NET 10, a region of two instructions holds 9 KiB of the host's memory, one
    /// of 250 holds 44 KiB and its machine code.
    /// </summary>
    public const int FixedCharge = 45;

    /// <summary>
    /// What it counts against the limit of code that the options give: host memory in units of 200 bytes.
    /// </summary>
    public int Charge => Instructions + FixedCharge;
}

/// <summary>A place at which a region can be entered.</summary>
/// <param name="Region">The region.</param>
/// <param name="Number">Which of its entries the place is.</param>
internal sealed record RegionEntry(Region Region, int Number);
