using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential;

/// <summary>An instruction that the oracle executed, or tried to.</summary>
/// <param name="Count">Instructions completed before it.</param>
/// <param name="Address">Effective address.</param>
/// <param name="Word">The instruction word; 0 when it could not be fetched.</param>
/// <param name="Written">General registers that it changed, bit n for rn.</param>
/// <param name="CrWritten">Fields of CR that it changed, CR0 in bit 7.</param>
/// <param name="Exception">The exception that was taken in its place or after it; null when none was.</param>
public readonly record struct TracedInstruction(ulong Count, uint Address, uint Word, uint Written, uint CrWritten, ExceptionKind? Exception)
{
    /// <summary>Gives count, address, word and disassembly.</summary>
    public override string ToString() =>
        $"{Count,12}  {Address:x8}  {Word:x8}  {Disassembler.Disassemble(Word, Address)}{(Exception is { } kind ? $"    -> {kind}" : "")}";
}

/// <summary>Steps the oracle and writes down what it executes.</summary>
public static unsafe class OracleTrace
{
    /// <summary>Steps to a count.</summary>
    /// <param name="board">The machine, whose state is the start.</param>
    /// <param name="until">The count to reach.</param>
    /// <param name="keep">How many instructions are kept, the newest.</param>
    public static IReadOnlyList<TracedInstruction> Run(Board board, ulong until, int keep)
    {
        Processor processor = board.Processor;
        CpuState* state = processor.State;
        Queue<TracedInstruction> kept = new();
        ExceptionKind? taken = null;
        void Note(in ExceptionRecord record) => taken = record.Kind;
        processor.ExceptionTaken += Note;
        using InterpreterEngine engine = new(processor);
        uint* before = stackalloc uint[33];
        while (state->InstructionCount < until && processor.StopReason == StopReason.None)
        {
            taken = null;
            if (!processor.BetweenInstructions(until))
                continue;
            (ulong count, uint address) = (state->InstructionCount, state->Pc);
            uint word = Fetch(processor, address);
            for (int n = 0; n < 32; n++)
                before[n] = state->Gpr[n];
            uint cr = state->CrBits;
            engine.Step();
            uint written = 0;
            for (int n = 0; n < 32; n++)
                written |= before[n] != state->Gpr[n] ? 1u << n : 0;
            kept.Enqueue(new TracedInstruction(count, address, word, written, FieldsOf(cr ^ state->CrBits), taken));
            if (kept.Count > keep)
                kept.Dequeue();
        }

        processor.ExceptionTaken -= Note;
        return [.. kept];
    }

    /// <summary>Reads the instruction at an address as the processor would; 0 when it cannot.</summary>
    public static uint Fetch(Processor processor, uint address)
    {
        if (processor.Mmu.Translate(address, AccessKind.Fetch, out uint physical, out StorageAttributes attributes) != TranslationFault.None
            || processor.Memory.Find(physical) is not { } window || window.Host == null || !window.Holds(physical, 4)
            || !processor.Memory.TryRead(physical, 4, out uint word))
            return 0;
        return (attributes & StorageAttributes.LittleEndian) != 0 ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word) : word;
    }

    private static uint FieldsOf(uint changed)
    {
        uint fields = 0;
        for (int n = 0; n < 8; n++)
            fields |= (changed & (0xf0000000 >> (4 * n))) != 0 ? 0x80u >> n : 0;
        return fields;
    }
}
