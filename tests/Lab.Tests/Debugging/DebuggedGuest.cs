using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Debugging;

/// <summary>A guest of our own with a timeline.</summary>
internal sealed unsafe class DebuggedGuest : IDisposable
{
    private readonly LoadedGuest _guest;

    public DebuggedGuest(bool jit, string guest = "demo", TimelineOptions? options = null, string board = Ref405ep.Name, string? commandLine = null)
    {
        Board = BoardCatalog.Find(board)!.Create(new BoardOptions { MemoryBytes = 32 << 20 });
        Engine = jit ? new JitEngine(Board.Processor, new JitOptions { Threshold = 20 }) : new InterpreterEngine(Board.Processor);
        ReadOnlyMemory<byte> image = guest == "demo" ? DemoGuest.Image : UareaGuest.Image;
        _guest = GuestLoader.Load(Board, image, guest, TestBoard.Options with { CommandLine = commandLine ?? TestBoard.Options.CommandLine });
        Interruptible = new InterruptibleConsole(Console, () => { });
        Machine = new GuestMachine(Board, Engine, Interruptible);
        Timeline = new Timeline(Machine, options ?? new TimelineOptions { Spacing = 50_000 });
    }

    public Board Board { get; }

    public IEngine Engine { get; }

    public GuestMachine Machine { get; }

    public Timeline Timeline { get; }

    public KeyConsole Console { get; } = new();

    public InterruptibleConsole Interruptible { get; }

    public CpuState* State => Board.Processor.State;

    public uint Symbol(string name)
    {
        Assert.That(_guest.Symbols!.TryFind(name, out Symbol? symbol), Is.True, name);
        return symbol!.Address;
    }

    public SymbolTable Symbols => _guest.Symbols!;

    public IEnumerable<Symbol> Functions => _guest.Symbols!.All.Where(symbol => symbol.Size >= 16);

    public void Dispose()
    {
        Timeline.Dispose();
        Engine.Dispose();
        Board.Dispose();
    }
}

/// <summary>A terminal at which keys are pressed when the test says so.</summary>
internal sealed class KeyConsole : IGuestConsole
{
    public Queue<byte> Keys { get; } = new();

    public List<byte> Printed { get; } = [];

    public string Text => System.Text.Encoding.Latin1.GetString([.. Printed]);

    public bool LeaveRequested => false;

    public bool IsInteractive => true;

    public void Write(ReadOnlySpan<byte> transmitted) => Printed.AddRange(transmitted);

    public int Read(Span<byte> buffer) => Keys.TryDequeue(out buffer[0]) ? 1 : 0;

    public bool WaitForInput() => Keys.Count > 0;
}
