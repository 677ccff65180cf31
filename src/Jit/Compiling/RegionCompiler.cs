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

    /// <summary>
    /// Compiles a loop of no guest. The first compilation of a process takes a few hundredths of a second, most of
    /// which the runtime needs to get ready: that can pass before the first region is wanted.
    /// </summary>
    public static void Rehearse()
    {
        ReadOnlySpan<uint> words =
        [
            0x80640000, // lwz r3,0(r4)
            0x98650001, // stb r3,1(r5)
            0x90650004, // stw r3,4(r5)
            0x5463103a, // slwi r3,r3,2
            0x2c030007, // cmpwi r3,7
            0x4182ffec, // beq back to the lwz
            0x7c632214, // add r3,r3,r4
            0x48001001, // bl to the next page
            0x4200ffe0, // bdnz back to the lwz
            0x4e800020, // blr
        ];
        DecodedInstruction[] page = new DecodedInstruction[CodePage.Words];
        for (int n = 0; n < words.Length; n++)
            page[n] = DecodedInstruction.From(words[n]);
        Compile(page, 0, 0, new JitOptions());
    }

    /// <summary>Compiles the region that begins at a word of a page.</summary>
    /// <returns>Null when no region can begin there.</returns>
    public static Region? Compile(DecodedInstruction[] page, uint pageAddress, int entry, JitOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        RegionPlan? plan = RegionFinder.Find(page, pageAddress, entry, options);
        if (plan is null)
            return null;
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
