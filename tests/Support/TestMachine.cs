using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Tests.Support;

/// <summary>
/// A 405 with 1 MB of RAM and no devices, run by the reference interpreter: a test writes registers and code, runs some
/// instructions, and reads registers. It starts in supervisor state with MSR = 0, ready to execute at
/// <see cref="CodeBase"/>.
/// </summary>
internal sealed unsafe class TestMachine : IDisposable
{
    /// <summary>Where <see cref="Load"/> puts code.</summary>
    public const uint CodeBase = 0x0001_0000;

    /// <summary>Where tests put data: nothing else uses the RAM from here to its end.</summary>
    public const uint DataBase = 0x0008_0000;

    /// <summary>Bytes of RAM.</summary>
    public const uint RamSize = 0x0010_0000;

    public TestMachine(uint ticksPerInstruction = 1)
    {
        Board = new Board("test", "A processor with RAM and nothing else",
            new ProcessorModel("PPC405EP", 0x51210950, 333_333_333, ticksPerInstruction), RamSize);
        Engine = new InterpreterEngine(Processor);
        Processor.ExceptionTaken += (in record) => Exceptions.Add(record);
        Pc = CodeBase;
    }

    public Board Board { get; }

    public Processor Processor => Board.Processor;

    public InterpreterEngine Engine { get; }

    /// <summary>The exceptions taken so far, oldest first.</summary>
    public List<ExceptionRecord> Exceptions { get; } = [];

    /// <summary>The architected state itself, for what has no property here.</summary>
    public CpuState* State => Processor.State;

    /// <summary>A general-purpose register.</summary>
    public uint this[int register]
    {
        get => State->Gpr[register];
        set => State->Gpr[register] = value;
    }

    public uint Pc { get => State->Pc; set => State->Pc = value; }

    public uint Msr { get => State->Msr; set => State->Msr = value; }

    public uint Cr { get => State->CrBits; set => State->CrBits = value; }

    public uint Xer { get => State->Xer; set => State->Xer = value; }

    public uint Lr { get => State->Lr; set => State->Lr = value; }

    public uint Ctr { get => State->Ctr; set => State->Ctr = value; }

    /// <summary>How many instructions have completed.</summary>
    public ulong Count => State->InstructionCount;

    /// <summary>An SPR, read and written as mfspr and mtspr in supervisor state do.</summary>
    public uint Spr(int number)
    {
        Assert.That(Processor.TryReadSpr(number, out uint value), Is.True, $"SPR {number} can be read");
        return value;
    }

    /// <summary>Writes an SPR as mtspr in supervisor state does.</summary>
    public void SetSpr(int number, uint value) => Assert.That(Processor.TryWriteSpr(number, value), Is.True, $"SPR {number} can be written");

    /// <summary>Writes words into physical memory.</summary>
    public void Write(uint physical, params ReadOnlySpan<uint> words)
    {
        foreach (uint word in words)
        {
            Assert.That(Board.Memory.TryWrite(physical, 4, word), Is.True);
            physical += 4;
        }
    }

    /// <summary>Reads a word of physical memory.</summary>
    public uint Read(uint physical) => Read(physical, 4);

    /// <summary>Reads 1, 2 or 4 bytes of physical memory.</summary>
    public uint Read(uint physical, int size)
    {
        Assert.That(Board.Memory.TryRead(physical, size, out uint value), Is.True);
        return value;
    }

    /// <summary>Writes assembler lines to an address; see <see cref="Assembler"/>.</summary>
    public void Assemble(uint physical, params ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            Write(physical, Assembler.Word(line));
            physical += 4;
        }
    }

    /// <summary>Writes assembler lines to <see cref="CodeBase"/> and sets the PC there.</summary>
    public TestMachine Load(params ReadOnlySpan<string> lines)
    {
        Assemble(CodeBase, lines);
        Pc = CodeBase;
        return this;
    }

    /// <summary>Executes one instruction, or takes one exception or interrupt in its place, as the engine's loop does.</summary>
    public void Step()
    {
        if (Processor.BetweenInstructions(ulong.MaxValue))
            Engine.Step();
    }

    /// <summary>Steps several times.</summary>
    public void Step(int steps)
    {
        for (int n = 0; n < steps; n++)
            Step();
    }

    /// <summary>Runs until a number of further instructions have completed.</summary>
    public void Run(ulong instructions) => Engine.Run(Count + instructions);

    /// <summary>Executes one assembler line at <see cref="CodeBase"/>.</summary>
    public void Execute(string line) => Load(line).Step();

    public void Dispose()
    {
        Engine.Dispose();
        Board.Dispose();
    }
}
