using BenchmarkDotNet.Attributes;

namespace PpcJit.Benchmarks;

/// <summary>Cost of one guest instruction, by class of instruction and by engine.</summary>
[MemoryDiagnoser]
public unsafe class InstructionBenchmarks
{
    private const int Instructions = 100_000;
    private BenchMachine _machine = null!;

    [Params(EngineKind.Interpreter, EngineKind.Cold, EngineKind.Jit)]
    public EngineKind Engine { get; set; }

    [Params("alu", "load", "store", "branch")]
    public string Class { get; set; } = "";

    [GlobalSetup]
    public void Create()
    {
        _machine = new BenchMachine(Engine);
        _machine.State->Gpr[8] = BenchMachine.DataBase;
        string[] body = Class switch
        {
            "alu" => ["addi r3,r3,1", "add r4,r4,r3", "xor r5,r4,r3", "rlwinm r6,r5,3,0,28"],
            "load" => ["lwz r3,0(r8)", "lbz r4,5(r8)", "lhz r5,6(r8)", "lwz r6,12(r8)"],
            "store" => ["stw r3,0(r8)", "stb r4,5(r8)", "sth r5,6(r8)", "stw r6,12(r8)"],
            _ => ["b 4", "cmpwi 0,r3,0", "bc 12,2,8", "b 4"],
        };
        _machine.Loop([.. body, .. body, .. body, .. body]);
    }

    [GlobalCleanup]
    public void Close() => _machine.Dispose();

    [Benchmark(OperationsPerInvoke = Instructions)]
    public void One_instruction() => _machine.Run(Instructions);
}
