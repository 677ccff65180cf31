using BenchmarkDotNet.Attributes;

namespace PpcJit.Benchmarks;

/// <summary>
/// Cost of new code, by its size: a word of it is written again, which drops what was translated; then it is decoded,
/// executed cold, compiled as a region, and executed.
/// </summary>
[MemoryDiagnoser]
public unsafe class CompileBenchmarks
{
    private const int Turns = 8;
    private BenchMachine _machine = null!;
    private uint _first;

    /// <summary>Instructions in the region.</summary>
    [Params(10, 50, 200)]
    public int Size { get; set; }

    [Params(EngineKind.Cold, EngineKind.Jit)]
    public EngineKind Engine { get; set; }

    [GlobalSetup]
    public void Create()
    {
        _machine = new BenchMachine(Engine, threshold: 2);
        _machine.State->Gpr[8] = BenchMachine.DataBase;
        string[] body = ["add r3,r3,r4", "lwz r4,0(r8)", "rlwinm r5,r4,3,0,28", "stw r5,4(r8)", "xor r6,r5,r3"];
        _machine.Loop([.. Enumerable.Range(0, Size - 1).Select(n => body[n % body.Length])]);
        _first = *(uint*)(_machine.Board.Memory.Ram + BenchMachine.CodeBase);
        _first = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(_first);
    }

    [GlobalCleanup]
    public void Close() => _machine.Dispose();

    [Benchmark]
    public void New_code()
    {
        _machine.Write(BenchMachine.CodeBase, _first);
        _machine.Run((ulong)(Turns * Size));
    }
}
