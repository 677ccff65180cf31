using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Loading;

namespace PpcJit.Cli.Reports;

/// <summary>A region for a person: what the analysis found, guest code with its IL, and the machine code beside it.</summary>
internal static class RegionText
{
    private const int ColumnWidth = 56;

    /// <summary>Gives the text, of several lines.</summary>
    public static string Of(CompiledRegion region, SymbolTable? symbols)
    {
        StringBuilder text = new();
        text.Append($"region at {region.EffectiveAddress:x8} (physical {region.PhysicalAddress:x8}){Name(region.EffectiveAddress, symbols)}: ")
            .Append($"{region.Instructions} guest instructions, {region.IlBytes} bytes of IL, compiled in {region.CompileMicroseconds} us\n\n")
            .Append(string.Concat(region.Plan.Select(line => line + "\n"))).Append('\n')
            .Append($"{"guest code and its IL",-ColumnWidth}  machine code\n");
        string[] left = [.. region.Listing.Select(line => line.Address is { } address ? $"{address:x8}  {line.Text}" : $"  {line.Text}")];
        string[] right = [.. NativeCode.Lines(region.Code)];
        for (int n = 0; n < Math.Max(left.Length, right.Length); n++)
            text.Append($"{(n < left.Length ? left[n] : ""),-ColumnWidth}  {(n < right.Length ? right[n] : "")}".TrimEnd() + "\n");
        return text.ToString();
    }

    private static string Name(uint address, SymbolTable? symbols) => symbols?.Find(address) is { } place ? $" {place}" : "";
}
