using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Benchmarks;

/// <summary>What executes the guest of a benchmark.</summary>
public enum EngineKind
{
    /// <summary>The reference interpreter.</summary>
    Interpreter,

    /// <summary>The jit's cold tier alone.</summary>
    Cold,

    /// <summary>The jit, compiling on the guest's thread, so that every run is the same.</summary>
    Jit,
}

/// <summary>A 405 with 1 MB of RAM and one device register, in supervisor state with translation off unless a benchmark says otherwise.</summary>
internal sealed unsafe class BenchMachine : IDisposable
{
    /// <summary>Where the code of a benchmark begins.</summary>
    public const uint CodeBase = 0x0001_0000;

    /// <summary>128 pages of RAM that only the guest uses.</summary>
    public const uint DataBase = 0x0008_0000;

    /// <summary>Address of the device register.</summary>
    public const uint DeviceBase = 0xef60_0000;

    private const uint RamSize = 0x0010_0000;
    private const ulong WarmUp = 200_000;

    public BenchMachine(EngineKind engine, int threshold = 50)
    {
        Board = new Board("bench", "A processor with RAM and one register", new ProcessorModel("PPC405EP", 0x51210950, 333_333_333, 1), RamSize);
        Board.Memory.MapDevice("register", DeviceBase, PhysicalAddressSpace.PageSize, Board.Add("register", new OneRegister()));
        Engine = engine == EngineKind.Interpreter
            ? new InterpreterEngine(Board.Processor)
            : new JitEngine(Board.Processor, new JitOptions
            {
                // A loop around an instruction does the same in each turn, which would be skipped
                Regions = engine == EngineKind.Jit, Background = false, Threshold = threshold, SkipIdle = false,
            });
    }

    public Board Board { get; }

    public IEngine Engine { get; }

    public CpuState* State => Board.Processor.State;

    /// <summary>Writes assembler lines to an address.</summary>
    public void Assemble(uint address, params ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            Write(address, Assembler.Word(line));
            address += 4;
        }
    }

    /// <summary>Writes a loop around the lines at the code's base, and runs it until everything that will be compiled is.</summary>
    public BenchMachine Loop(params ReadOnlySpan<string> lines)
    {
        Assemble(CodeBase, [.. lines, $"b {-4 * lines.Length}"]);
        State->Pc = CodeBase;
        Run(WarmUp);
        return this;
    }

    /// <summary>Writes a word of RAM as a device or a debugger would: translated code there goes.</summary>
    public void Write(uint address, uint word)
    {
        if (!Board.Memory.TryWrite(address, 4, word))
            throw new InvalidOperationException($"there is no memory at 0x{address:x8}");
    }

    /// <summary>Runs a number of further instructions.</summary>
    public void Run(ulong instructions)
    {
        Engine.Run(State->InstructionCount + instructions);
        if (Board.Processor.StopReason != StopReason.None)
            throw new InvalidOperationException($"the guest stopped: {Board.Processor.StopReason}");
    }

    public void Dispose()
    {
        Engine.Dispose();
        Board.Dispose();
    }

    private sealed class OneRegister : IMmioDevice
    {
        private uint _value;

        public uint Read(uint offset, int size) => _value;

        public void Write(uint offset, int size, uint value) => _value = value;

        public void Save(StateWriter writer) => writer.Write(_value);

        public void Load(StateReader reader) => _value = reader.ReadUInt32();
    }
}
