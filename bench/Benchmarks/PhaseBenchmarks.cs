using System.Buffers.Binary;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Emitting;
using PpcJit.Jit.Finding;
using PpcJit.Jit.Settings;

namespace PpcJit.Benchmarks;

/// <summary>
/// Cost of compiling one region, by its size and by the phases of it: finding and analysing, analysing alone, emitting
/// IL, and the runtime's compiler.
/// </summary>
[MemoryDiagnoser]
public unsafe class PhaseBenchmarks
{
    /// <summary>A method is compiled once, so each iteration compiles a number of methods that were emitted before it.</summary>
    private const int Methods = 16;

    private readonly JitOptions _options = new();
    private readonly DynamicMethod[] _methods = new DynamicMethod[Methods];
    private BenchMachine _machine = null!;
    private DecodedInstruction[] _page = [];
    private RegionPlan _plan = null!;

    /// <summary>Instructions in the region: a loop with a conditional branch in each ten.</summary>
    [Params(10, 50, 200)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Create()
    {
        _machine = new BenchMachine(EngineKind.Interpreter);
        string[] body =
        [
            "add r3,r3,r4", "lwz r4,0(r8)", "rlwinm r5,r4,3,0,28", "stw r5,4(r8)", "xor r6,r5,r3",
            "addc r7,r6,r5", "adde r9,r7,r3", "cmpwi 0,r9,0", "bc 12,2,8", "mullw r10,r9,r3",
        ];
        _machine.Assemble(BenchMachine.CodeBase, [.. Enumerable.Range(0, Size - 1).Select(n => body[n % body.Length]), $"b {-4 * (Size - 1)}"]);
        uint* code = (uint*)(_machine.Board.Memory.Ram + BenchMachine.CodeBase);
        _page = new DecodedInstruction[CodePage.Words];
        for (int word = 0; word < Size; word++)
            _page[word] = DecodedInstruction.From(BinaryPrimitives.ReverseEndianness(code[word]));
        _plan = Found();
    }

    [GlobalCleanup]
    public void Close() => _machine.Dispose();

    [Benchmark]
    public object Find_and_analyse() => Found();

    /// <summary>The same blocks once more, as they were before.</summary>
    [Benchmark]
    public object Analyse()
    {
        foreach (RegionBlock block in _plan.Blocks)
        {
            (block.Order, block.LongestPath, block.Loop, block.Sources) = (0, 0, null, null);
            block.Predecessors.Clear();
            (block.Changed, block.ChangedAtEnd, block.LiveIn, block.LiveOut) = (0, 0, 0, 0);
        }

        return RegionAnalysis.Complete(_page, BenchMachine.CodeBase, [.. _plan.Entries], _plan.Blocks, _options);
    }

    [Benchmark]
    public object Emit_IL() => RegionEmitter.Emit(_plan, _options).Method;

    [IterationSetup(Target = nameof(RyuJIT))]
    public void EmitMethods()
    {
        for (int n = 0; n < Methods; n++)
            _methods[n] = RegionEmitter.Emit(_plan, _options).Method;
    }

    [Benchmark(OperationsPerInvoke = Methods)]
    public void RyuJIT()
    {
        foreach (DynamicMethod method in _methods)
            RuntimeHelpers.PrepareMethod(Descriptor(method));
    }

    /// <summary>All phases.</summary>
    [Benchmark]
    public object Whole() => RegionCompiler.Compile(_page, BenchMachine.CodeBase, 0, -1, _options)!;

    /// <summary>As the jit does it: a dynamic method has no public way to be compiled before it is called.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetMethodDescriptor")]
    private static extern RuntimeMethodHandle Descriptor(DynamicMethod method);

    private RegionPlan Found() => RegionFinder.Find(_page, BenchMachine.CodeBase, 0, _options)
        ?? throw new InvalidOperationException("There is no region.");
}
