using BenchmarkDotNet.Attributes;

namespace PpcJit.Benchmarks;

/// <summary>Cost of what an operating system does: per turn of a short loop around it.</summary>
[MemoryDiagnoser]
public unsafe class SystemBenchmarks
{
    private const int Turns = 1_000;
    private const uint DataTranslation = 0x10;
    private const uint ProgramVector = 0x700;
    private const uint SystemCallVector = 0xc00;
    private const uint DataMissVector = 0x1100;

    /// <summary>Valid, 4 KiB.</summary>
    private const uint TagBits = 0xc0;

    /// <summary>Execute and write permitted.</summary>
    private const uint DataBits = 0x300;

    /// <summary>Distance between the two.</summary>
    private const uint SaveAreas = 0x400;

    private const uint ModifiedCode = 0x0003_0000;

    /// <summary><c>addi r4,r4,1</c></summary>
    private const uint AddImmediate = 0x3884_0001;

    private BenchMachine _machine = null!;
    private ulong _instructionsPerTurn;

    [Params(EngineKind.Interpreter, EngineKind.Cold, EngineKind.Jit)]
    public EngineKind Engine { get; set; }

    [GlobalSetup(Target = nameof(Device_register_load))]
    public void CreateDevice()
    {
        Create();
        _machine.State->Gpr[8] = BenchMachine.DeviceBase;
        Loop("lwz r3,0(r8)");
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Device_register_load() => Run();

    [GlobalSetup(Target = nameof(Device_register_store))]
    public void CreateDeviceStore()
    {
        Create();
        _machine.State->Gpr[8] = BenchMachine.DeviceBase;
        Loop("stw r3,0(r8)");
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Device_register_store() => Run();

    /// <summary>An instruction that faults, and a handler of four that goes on after it; the faulting one does not count.</summary>
    [GlobalSetup(Target = nameof(Trap_and_rfi))]
    public void CreateTrap()
    {
        Create();
        _machine.Assemble(ProgramVector, "mfspr r31,26", "addi r31,r31,4", "mtspr 26,r31", "rfi");
        Loop("tw 31,r0,r0");
        _instructionsPerTurn = 5;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Trap_and_rfi() => Run();

    /// <summary>
    /// As a kernel switches between two processes: r13 to r31, CR, LR and CTR go to the one's save area and come from
    /// the other's, then its PID, and rfi to where it was.
    /// </summary>
    [GlobalSetup(Target = nameof(Context_switch))]
    public void CreateContextSwitch()
    {
        Create();
        MapData();
        _machine.State->Gpr[9] = SaveAreas;
        _machine.State->Gpr[10] = BenchMachine.CodeBase;
        _machine.State->Gpr[11] = DataTranslation;
        Loop(
            "stmw r13,16(r8)", "mfcr r0", "stw r0,0(r8)", "mfspr r0,8", "stw r0,4(r8)", "mfspr r0,9", "stw r0,8(r8)",
            "xor r8,r8,r9", "xori r12,r12,1", "mtspr 945,r12",
            "lwz r0,8(r8)", "mtspr 9,r0", "lwz r0,4(r8)", "mtspr 8,r0", "lwz r0,0(r8)", "mtcrf 255,r0", "lmw r13,16(r8)",
            "mtspr 26,r10", "mtspr 27,r11", "rfi");
        _instructionsPerTurn--;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Context_switch() => Run();

    /// <summary>A guest that changes a function before each call of it, with the cache instructions that the architecture asks for.</summary>
    [GlobalSetup(Target = nameof(Self_modifying_code))]
    public void CreateSelfModifying()
    {
        Create();
        _machine.Assemble(ModifiedCode, "addi r4,r4,1", "bclr 20,0");
        _machine.State->Gpr[6] = AddImmediate;
        _machine.State->Gpr[8] = ModifiedCode;
        _machine.State->Gpr[9] = ModifiedCode;
        Loop("xori r6,r6,3", "stw r6,0(r8)", "dcbst r0,r8", "sync", "icbi r0,r8", "isync", "mtspr 9,r9", "bcctrl 20,0");
        _instructionsPerTurn += 2;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Self_modifying_code() => Run();

    [GlobalSetup(Target = nameof(System_call_and_rfi))]
    public void CreateSystemCall()
    {
        Create();
        _machine.Assemble(SystemCallVector, "rfi");
        Loop("sc");
        _instructionsPerTurn = 3;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void System_call_and_rfi() => Run();

    [GlobalSetup(Target = nameof(Pid_switch_and_load))]
    public void CreatePidSwitch()
    {
        Create();
        MapData();
        Loop("xori r3,r3,1", "mtspr 945,r3", "isync", "lwz r4,0(r8)");
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Pid_switch_and_load() => Run();

    [GlobalSetup(Target = nameof(Tlbwe_of_both_halves))]
    public void CreateTlbwe()
    {
        Create();
        MapData();
        Loop("tlbwe r7,r5,1", "tlbwe r6,r5,0");
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Tlbwe_of_both_halves() => Run();

    /// <summary>Rewriting an entry drops its page from the soft page table, so the load fills it again.</summary>
    [GlobalSetup(Target = nameof(Tlbwe_and_soft_table_fill))]
    public void CreateFill()
    {
        Create();
        MapData();
        Loop("tlbwe r7,r5,1", "tlbwe r6,r5,0", "lwz r4,0(r8)");
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Tlbwe_and_soft_table_fill() => Run();

    /// <summary>
    /// A walk over twice as many pages as the TLB has entries: every load misses, and the guest's handler of nine
    /// instructions fills an entry.
    /// </summary>
    [GlobalSetup(Target = nameof(Tlb_miss_through_the_guests_handler))]
    public void CreateMiss()
    {
        Create();
        MapData();
        _machine.Assemble(DataMissVector,
            "mfspr r10,981", "rlwinm r11,r10,0,0,19", "ori r12,r11,0x300", "ori r11,r11,0xc0", "addi r9,r9,1", "rlwinm r9,r9,0,26,31",
            "tlbwe r12,r9,1", "tlbwe r11,r9,0", "rfi");
        Loop("addi r8,r8,4096", "rlwinm r8,r8,0,13,19", "oris r8,r8,8", "lwz r3,0(r8)");
        _instructionsPerTurn += 9;
    }

    [Benchmark(OperationsPerInvoke = Turns)]
    public void Tlb_miss_through_the_guests_handler() => Run();

    [GlobalCleanup]
    public void Close() => _machine.Dispose();

    private void Create() => _machine = new BenchMachine(Engine);

    private void Loop(params ReadOnlySpan<string> lines)
    {
        _machine.Loop(lines);
        _instructionsPerTurn = (ulong)lines.Length + 1;
    }

    private void Run() => _machine.Run(Turns * _instructionsPerTurn);

    /// <summary>Entry 0 maps the first data page for every PID; registers 5 to 7 hold the entry and its halves, 8 the address.</summary>
    private void MapData()
    {
        uint tag = BenchMachine.DataBase | TagBits;
        uint data = BenchMachine.DataBase | DataBits;
        _machine.Board.Processor.Tlb.WriteLo(0, data);
        _machine.Board.Processor.Tlb.WriteHi(0, tag);
        _machine.State->Gpr[5] = 0;
        _machine.State->Gpr[6] = tag;
        _machine.State->Gpr[7] = data;
        _machine.State->Gpr[8] = BenchMachine.DataBase;
        _machine.State->Msr = DataTranslation;
    }
}
