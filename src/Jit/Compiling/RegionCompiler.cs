using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Emitting;
using PpcJit.Jit.Finding;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Compiling;

/// <summary>Compiles a region from a copy of its page, so that it can run beside the guest.</summary>
internal static class RegionCompiler
{
    // A dynamic method has no public way to its code address; this is how the runtime's own helpers get it.
    private static readonly Func<DynamicMethod, RuntimeMethodHandle> Descriptor = typeof(DynamicMethod)
        .GetMethod("GetMethodDescriptor",
            BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<DynamicMethod, RuntimeMethodHandle>>();

    /// <summary>Compiles the region that begins at a word of a page.</summary>
    /// <param name="page">The page's decoded instructions.</param>
    /// <param name="pageAddress">Its effective address.</param>
    /// <param name="entry">Index of the word.</param>
    /// <param name="segment">The segment in whose linear range loads are expected; -1 for none.</param>
    /// <param name="options">Switches.</param>
    /// <returns>Null when no region can begin there.</returns>
    public static Region? Compile(DecodedInstruction[] page, uint pageAddress, int entry, int segment, JitOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        RegionPlan? plan = RegionFinder.Find(page, pageAddress, entry, options);
        if (plan is null)
            return null;
        plan = plan with { Segment = segment };
        IReadOnlyList<string>? text = options.KeepListings ? PlanText.Of(plan) : null;
        (DynamicMethod method, IlWriter il) = RegionEmitter.Emit(plan, options);
        RuntimeMethodHandle handle = Descriptor(method);
        RuntimeHelpers.PrepareMethod(handle);
        nint code = handle.GetFunctionPointer();
        long microseconds = (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        int[] entries = new int[plan.Entries.Count];
        for (int n = 0; n < entries.Length; n++)
            entries[n] = plan.Entries[n].First;
        return new Region(
            plan.AddressOf(entry), entries, method, code, plan.InstructionCount, il.Length, microseconds, plan.Runs, text, il.Listing);
    }
}
