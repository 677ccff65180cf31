using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Inspector.Counting;

/// <summary>A subject on its board, ready to run.</summary>
internal sealed unsafe class CountedGuest : IDisposable
{
    private const uint CodeBase = 0x1_0000;
    private const uint RamSize = 0x10_0000;
    private const uint StackTop = 0x9_0000;
    private const int StackRegister = 1;

    private readonly Board _board;

    /// <summary>Prepares a subject.</summary>
    /// <param name="subject">What is to run.</param>
    /// <param name="image">The image of a program; not looked at for an idiom.</param>
    /// <param name="options">Switches of the fast engine.</param>
    public CountedGuest(Subject subject, string image, JitOptions options)
    {
        _board = subject.Kind == SubjectKind.Idiom ? IdiomBoard() : BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions());
        if (subject.Kind == SubjectKind.Idiom)
            Write(IdiomText.Words(subject.Text));
        else
            GuestLoader.Load(_board, new BootOptions { ImagePath = image, CommandLine = subject.Text });
        Engine = new JitEngine(_board.Processor, options);
        if (subject.Kind != SubjectKind.Idiom)
            _ = new GuestMachine(_board, Engine, new SilentConsole());
    }

    /// <summary>What runs it.</summary>
    public JitEngine Engine { get; }

    /// <summary>Executes a number of further instructions.</summary>
    /// <exception cref="InvalidOperationException">The guest stopped.</exception>
    public void Run(ulong instructions)
    {
        Engine.Run(_board.Processor.State->InstructionCount + instructions);
        if (_board.Processor.StopReason != StopReason.None)
            throw new InvalidOperationException($"The guest stopped: {_board.Processor.StopReason}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Dispose();
        _board.Dispose();
    }

    private static Board IdiomBoard()
    {
        Board board = new("count", "A processor and RAM", new ProcessorModel("PPC405EP", 0x5121_0950, 333_333_333, 1), RamSize);
        board.Processor.State->Pc = CodeBase;
        board.Processor.State->Gpr[StackRegister] = StackTop;
        return board;
    }

    private void Write(uint[] words)
    {
        for (int n = 0; n < words.Length; n++)
            _board.Memory.TryWrite(CodeBase + (uint)(n * sizeof(uint)), sizeof(uint), words[n]);
    }
}
