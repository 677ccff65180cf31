using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using Decoder = PpcJit.Machine.Isa.Decoder;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>What an instruction does to the registers, written from the manual.</summary>
internal delegate void Definition(Registers registers, Instruction instruction);

/// <summary>
/// Executes single instructions and compares every register with what a definition makes of the registers before.
/// Nothing else may change: all 32 general registers, CR, XER, LR, CTR, PC, MSR and the reservation are compared each
/// time.
/// </summary>
internal abstract unsafe class InstructionBench
{
    private readonly Registers _expected = new();

    protected TestMachine Machine { get; private set; } = null!;

    /// <summary>The registers before the instruction.</summary>
    protected Registers Before { get; } = new();

    protected Random Random { get; private set; } = null!;

    [SetUp]
    public void Begin()
    {
        Machine = new TestMachine();
        Random = Values.NewRandom();
        Before.Scramble(Random);
        Before.Pc = TestMachine.CodeBase;
        Before.Msr = 0;
    }

    [TearDown]
    public void End() => Machine.Dispose();

    /// <summary>Executes a word and compares.</summary>
    protected void Check(uint word, Definition definition)
    {
        _expected.CopyFrom(Before);
        _expected.Pc += 4;
        definition(_expected, new Instruction(word));
        Execute(word);
        if (!AsExpected())
            Assert.Fail(Differences(word));
    }

    /// <summary>
    /// Executes a word with the registers <see cref="Before"/>, at their PC, without looking at the outcome.
    /// </summary>
    protected void Execute(uint word)
    {
        CpuState* state = Machine.State;
        for (int n = 0; n < 32; n++)
            state->Gpr[n] = Before.Gpr[n];
        state->CrBits = Before.Cr;
        state->Xer = Before.Xer;
        state->Lr = Before.Lr;
        state->Ctr = Before.Ctr;
        state->Pc = Before.Pc;
        state->Msr = Before.Msr;
        state->Reservation = Before.Reservation;
        Unsafe.WriteUnaligned(Ram(Before.Pc), BinaryPrimitives.ReverseEndianness(word));
        Machine.Engine.Step();
    }

    /// <summary>The host's view of guest RAM.</summary>
    protected byte* Ram(uint physical)
    {
        Assert.That(physical, Is.LessThan(TestMachine.RamSize));
        return Machine.Board.Memory.Ram + physical;
    }

    /// <summary>
    /// Checks an integer instruction with all pairs of boundary values, all combinations of OE and Rc where it has
    /// them, and of SO, OV and CA before; then with random operands in random registers, the same ones included.
    /// </summary>
    protected void Sweep(Op op, Definition definition)
    {
        InstructionRow row = InstructionTable.Row(op);
        List<uint> words = [row.BaseWord];
        AddVariants(row, words, "tu", 3);
        AddVariants(row, words, "azxd", 4);
        AddVariants(row, words, "b", 5);
        AddVariants(row, words, "s", 6);
        AddVariants(row, words, "o", 0, 1);
        AddVariants(row, words, "c", 0, 1);
        AddVariants(row, words, "IU", Values.Halfwords);
        bool readsB = row.TryGetField('b', out _);
        bool readsTarget = row.TryGetField('u', out _) || row.TryGetField('x', out _);
        foreach (uint first in Values.Words)
        {
            (Before.Gpr[4], Before.Gpr[6]) = (first, first);
            foreach (uint second in readsB || readsTarget ? Values.Words : [first])
            {
                Before.Gpr[5] = second;
                if (readsTarget)
                    Before.Gpr[row.TryGetField('x', out _) ? 4 : 3] = readsB ? Values.Any(Random) : second;
                for (uint flags = 0; flags < 8; flags++)
                {
                    Before.Xer = (flags << 29) | (Before.Xer & 127);
                    foreach (uint word in words)
                        Check(word, definition);
                }
            }
        }

        for (int n = 0; n < 2000; n++)
        {
            Before.Scramble(Random);
            Check(row.RandomWord(Random), definition);
        }
    }

    private static void AddVariants(InstructionRow row, List<uint> words, string letters, params ReadOnlySpan<uint> values)
    {
        foreach (char letter in letters)
        {
            if (!row.TryGetField(letter, out OperandField field))
                continue;
            uint[] before = [.. words];
            words.Clear();
            foreach (uint word in before)
            {
                foreach (uint value in values)
                    words.Add(field.Insert(word, value));
            }
        }
    }

    private bool AsExpected()
    {
        CpuState* state = Machine.State;
        for (int n = 0; n < 32; n++)
        {
            if (state->Gpr[n] != _expected.Gpr[n])
                return false;
        }

        return state->CrBits == _expected.Cr && state->Xer == _expected.Xer && state->Lr == _expected.Lr && state->Ctr == _expected.Ctr
            && state->Pc == _expected.Pc && state->Msr == _expected.Msr && state->Reservation == _expected.Reservation;
    }

    private string Differences(uint word)
    {
        StringBuilder text = new($"0x{word:x8}, {InstructionTable.Row(Decoder.Decode(word))}:");
        CpuState* state = Machine.State;
        for (int n = 0; n < 32; n++)
            Append($"r{n}", Before.Gpr[n], _expected.Gpr[n], state->Gpr[n]);
        Append("CR", Before.Cr, _expected.Cr, state->CrBits);
        Append("XER", Before.Xer, _expected.Xer, state->Xer);
        Append("LR", Before.Lr, _expected.Lr, state->Lr);
        Append("CTR", Before.Ctr, _expected.Ctr, state->Ctr);
        Append("PC", Before.Pc, _expected.Pc, state->Pc);
        Append("MSR", Before.Msr, _expected.Msr, state->Msr);
        Append("reservation", Before.Reservation, _expected.Reservation, state->Reservation);
        text.Append(" The registers before were");
        for (int n = 0; n < 32; n++)
            text.Append($" {Before.Gpr[n]:x8}");
        return text.ToString();

        void Append(string name, uint before, uint expected, uint actual)
        {
            if (expected != actual)
                text.Append($" {name} was {before:x8}, should be {expected:x8}, is {actual:x8}.");
        }
    }
}
