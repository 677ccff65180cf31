using System.Globalization;
using Microsoft.Diagnostics.Runtime;
using PpcJit.Jit.Emitting;

namespace PpcJit.Inspector.Readings;

/// <summary>A piece of machine code that the runtime holds for a dynamic method.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Start">Host address of its code, of the hot part if it is in two.</param>
/// <param name="HotSize">Bytes of the hot part.</param>
/// <param name="ColdSize">Bytes of the cold part.</param>
internal sealed record NativeMethod(string Name, ulong Start, uint HotSize, uint ColdSize)
{
    /// <summary>Bytes of both parts.</summary>
    public long Size => (long)HotSize + ColdSize;

    /// <summary>Where the hot part ends.</summary>
    public ulong End => Start + HotSize;

    /// <summary>Guest address of the region's first instruction; null when it is no region.</summary>
    public uint? GuestAddress =>
        Name.StartsWith(RegionMethod.NamePrefix, StringComparison.Ordinal)
            && uint.TryParse(Name.AsSpan(RegionMethod.NamePrefix.Length), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out uint address)
            ? address
            : null;
}

/// <summary>Finds the dynamic methods that the runtime holds.</summary>
internal static class DynamicMethods
{
    /// <summary>Code begins at multiples of this.</summary>
    private const ulong Alignment = 32;

    /// <summary>Lists the code in the heaps of dynamic methods, by rising address.</summary>
    /// <remarks>
    /// The runtime itself is asked, not the managed objects that stand for the methods: code whose object is gone and
    /// that has not been given back yet is held as well. It tells which code an address belongs to; so each heap is
    /// asked from its start, past each code that is found.
    /// </remarks>
    public static IReadOnlyList<NativeMethod> In(ClrRuntime runtime)
    {
        List<NativeMethod> methods = [];
        foreach (MemoryRange heap in CodeHeapReading.DynamicHeaps(runtime))
        {
            for (ulong address = heap.Start; address < heap.End; address += Alignment)
            {
                if (runtime.GetMethodByInstructionPointer(address) is not { } method)
                    continue;
                HotColdRegions parts = method.HotColdInfo;
                if (parts.HotStart != 0 && parts.HotStart <= address && parts.HotStart + parts.HotSize > address)
                {
                    methods.Add(new NativeMethod(method.Name ?? "", parts.HotStart, parts.HotSize, parts.ColdSize));
                    address = (parts.HotStart + parts.HotSize - 1) & ~(Alignment - 1);
                }
            }
        }

        methods.Sort((one, other) => one.Start.CompareTo(other.Start));
        return methods;
    }
}
