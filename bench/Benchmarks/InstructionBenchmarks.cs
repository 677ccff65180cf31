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

    [Params("alu", "carry", "record", "rotate", "multiply", "divide", "mac", "load", "store", "multiple", "string",
        "compare-branch", "cr-logic", "overflow", "branch", "indirect")]
    public string Class { get; set; } = "";

    [GlobalSetup]
    public void Create()
    {
        _machine = new BenchMachine(Engine);
        _machine.State->Gpr[8] = BenchMachine.DataBase;
        _machine.State->Gpr[10] = 123_456_789;
        _machine.State->Gpr[11] = 77;
        string[] body = Class switch
        {
            "alu" => ["addi r3,r3,1", "add r4,r4,r3", "xor r5,r4,r3", "rlwinm r6,r5,3,0,28"],
            "carry" => ["addc r3,r3,r4", "adde r5,r5,r6", "subfc r7,r3,r5", "addze r9,r7"],
            "record" => ["add. r3,r3,r4", "and. r5,r3,r6", "addic. r7,r7,1", "rlwinm. r9,r7,3,0,28"],
            "rotate" => ["rlwimi r3,r4,8,16,23", "rlwnm r4,r3,r5,0,31", "srawi r6,r4,3", "slw r7,r6,r5"],
            "multiply" => ["mullw r3,r3,r4", "mulhw r5,r3,r4", "mulhwu r6,r5,r4", "mulli r7,r6,7"],
            "divide" => ["divwu r3,r10,r11", "divw r4,r3,r11", "divwu r5,r4,r11", "divw r6,r10,r11"],
            "mac" => ["macchw r3,r4,r5", "maclhw r6,r4,r5", "machhw r7,r4,r5", "mulchw r9,r4,r5"],
            "multiple" => ["stmw r24,0(r8)", "lmw r24,0(r8)", "stmw r30,64(r8)", "lmw r30,64(r8)"],
            "string" => ["stswi r24,r8,16", "lswi r24,r8,16", "stswi r24,r8,5", "lswi r24,r8,5"],
            "compare-branch" => ["cmpw 0,r3,r4", "bc 12,0,8", "cmplwi 1,r5,9", "bc 4,6,4"],
            "cr-logic" => ["cmpw 0,r3,r4", "cror 2,0,2", "crxor 6,6,6", "crandc 5,1,6"],
            "overflow" => ["addo r3,r3,r4", "subfco r5,r3,r6", "addeo. r7,r5,r4", "mullwo r6,r3,r4"],
            "indirect" => ["bcl 20,31,4", "mfspr r9,8", "addi r9,r9,16", "mtspr 9,r9", "bcctr 20,0"],
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
