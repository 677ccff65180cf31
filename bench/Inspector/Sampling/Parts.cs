using System.Reflection.Emit;
using PpcJit.Jit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Cold;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Emitting;
using PpcJit.Jit.Finding;
using PpcJit.Machine;

namespace PpcJit.Inspector.Sampling;

/// <summary>Part of a running emulator.</summary>
internal enum Part
{
    /// <summary>Machine code of a region.</summary>
    Region,

    /// <summary>Predecoded instructions run one by one.</summary>
    ColdTier,

    /// <summary>The dispatcher and what it looks up.</summary>
    Dispatcher,

    /// <summary>Finding regions and writing their IL.</summary>
    RegionCompiler,

    /// <summary>The interpreter, MMU and devices.</summary>
    Machine,

    /// <summary>Other managed code.</summary>
    OtherManaged,

    /// <summary>RyuJIT, the runtime's compiler.</summary>
    RyuJit,

    /// <summary>The runtime itself, the garbage collector included.</summary>
    Runtime,

    /// <summary>The C library, from which the kernel is called, too.</summary>
    CLibrary,

    /// <summary>Code of a dynamic method that is not held any more.</summary>
    GoneCode,

    /// <summary>Anything else: stubs of the runtime, mostly.</summary>
    Other,
}

/// <summary>Names of <see cref="Part"/> for people, and which part a place belongs to.</summary>
internal static class Parts
{
    /// <summary>Namespaces, each named by a type in it, with those inside of them; the first that fits counts.</summary>
    private static readonly (string Prefix, Part Part)[] Types =
    [
        (Inside(typeof(ColdTier)), Part.ColdTier), (Inside(typeof(RegionFinder)), Part.RegionCompiler),
        (Inside(typeof(RegionAnalysis)), Part.RegionCompiler), (Inside(typeof(RegionEmitter)), Part.RegionCompiler),
        (Inside(typeof(RegionCompiler)), Part.RegionCompiler), (Inside(typeof(JitEngine)), Part.Dispatcher),
        (Inside(typeof(HardwareLog)), Part.Machine), (Inside(typeof(DynamicMethod)), Part.RegionCompiler),
    ];

    private static readonly (string File, Part Part)[] Files =
    [
        ("libclrjit", Part.RyuJit), ("libcoreclr", Part.Runtime), ("libclrgc", Part.Runtime),
            ("libSystem.Native", Part.Runtime), ("libc.so", Part.CLibrary),
        ("libc-", Part.CLibrary), ("libpthread", Part.CLibrary), ("libstdc++", Part.CLibrary),
            ("libm.so", Part.CLibrary), ("ld-linux", Part.CLibrary), ("[vdso]", Part.CLibrary),
    ];

    /// <summary>What a table calls it.</summary>
    public static string Title(Part part) => part switch
    {
        Part.Region => "regions",
        Part.ColdTier => "cold tier",
        Part.Dispatcher => "dispatcher",
        Part.RegionCompiler => "region compiler, before RyuJIT",
        Part.Machine => "interpreter, MMU, devices",
        Part.OtherManaged => "other managed code",
        Part.RyuJit => "RyuJIT",
        Part.Runtime => "runtime and garbage collector",
        Part.CLibrary => "C library and kernel",
        Part.GoneCode => "regions that are gone",
        _ => "other",
    };

    /// <summary>The part that a managed method belongs to, by its full name.</summary>
    public static Part OfMethod(string name) =>
        Array.Find(Types, type => name.StartsWith(type.Prefix, StringComparison.Ordinal)) is { Prefix: not null } found
            ? found.Part
            : Part.OtherManaged;

    private static string Inside(Type type) => $"{type.Namespace}.";

    /// <summary>The part that native code belongs to, by its file.</summary>
    public static Part OfFile(string path) =>
        Array.Find(Files, file => Path.GetFileName(path)
            .StartsWith(file.File, StringComparison.Ordinal)) is { File: not null } found ? found.Part : Part.Other;
}
