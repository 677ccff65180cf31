using System.Runtime.CompilerServices;
using PpcJit.Jit;
using PpcJit.Jit.Compiling;

namespace PpcJit.Scaling.Guests;

/// <summary>Looks into an engine at the compile requests that wait for its second thread, which nothing but a measurement has a use for.</summary>
internal static class CompileQueue
{
    /// <summary>How many requests wait now.</summary>
    public static int Length(JitEngine engine) => Compiler(engine)?.Waiting ?? 0;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_compiler")]
    private static extern ref BackgroundCompiler? Compiler(JitEngine engine);
}
