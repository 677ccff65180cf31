using System.Buffers.Binary;
using PpcJit.Jit;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Why;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Why;

/// <summary>A few instructions on a board, with a timeline.</summary>
internal sealed unsafe class SmallGuest : IDisposable
{
    public const uint Start = 0x1000;

    public SmallGuest(bool jit, params (uint Address, string[] Instructions)[] code)
    {
        Board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions { MemoryBytes = 16 << 20 });
        foreach ((uint address, string[] instructions) in code)
        {
            byte[] bytes = new byte[sizeof(uint) * instructions.Length];
            for (int n = 0; n < instructions.Length; n++)
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(sizeof(uint) * n), Assembler.Word(instructions[n]));
            Assert.That(Board.Memory.TryCopyIn(address, bytes), Is.True);
        }

        Board.Processor.State->Pc = Start;
        Engine = jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
        Timeline = new Timeline(new GuestMachine(Board, Engine, new KeyConsole()));
    }

    public Board Board { get; }

    public IEngine Engine { get; }

    public Timeline Timeline { get; }

    /// <summary>Follows a place's value at a count.</summary>
    public CausalLink Why(ValuePlace place, ulong count, SliceOptions? options = null)
    {
        Timeline.GoTo(new Moment(count));
        return new DynamicSlice(Timeline, new DebugNames(Board), options ?? new SliceOptions()).Follow(place);
    }

    public void Dispose()
    {
        Timeline.Dispose();
        Engine.Dispose();
        Board.Dispose();
    }
}
