using System.Buffers.Binary;
using System.Text;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Sessions;

/// <summary>A few hand-written instructions on a Ref405ep, for tests of the run loop. r3 holds the address of UART0.</summary>
internal sealed unsafe class SmallGuest : IDisposable
{
    /// <summary>Number of instructions before the first that a test adds.</summary>
    public const int Preparation = 4;

    private const uint Origin = 0x1000;
    private const uint Uart0 = 0xef600300;
    private const int Dbcr0 = 1010;
    private readonly List<uint> _code = [];

    public SmallGuest(bool prepared = true)
    {
        Board = BoardCatalog.All[0].Create(new BoardOptions { MemoryBytes = 16 << 20 });
        Engine = new InterpreterEngine(Board.Processor);
        if (!prepared)
            return;
        _code.Add(Immediate(15, 3, 0, unchecked((int)(Uart0 >> 16)))); // lis r3
        _code.Add(Immediate(24, 3, 3, (int)(Uart0 & 0xffff))); // ori r3,r3
        _code.Add(Immediate(14, 4, 0, 3)); // li r4,3
        _code.Add(Immediate(38, 4, 3, 3)); // stb r4,3(r3): LCR, characters of 8 bits
    }

    public Board Board { get; }

    public InterpreterEngine Engine { get; }

    public CapturedConsole Console { get; } = new();

    private int Here => _code.Count;

    public ulong Count => Board.Processor.State->InstructionCount;

    /// <summary>Transmits each character: <c>li r4,c; stb r4,0(r3)</c>.</summary>
    public SmallGuest Print(string text)
    {
        foreach (char character in text)
        {
            _code.Add(Immediate(14, 4, 0, character));
            _code.Add(Immediate(38, 4, 3, 0));
        }

        return this;
    }

    /// <summary>Counts down in the CTR: <c>bdnz .</c> that number of times.</summary>
    public SmallGuest Delay(int times)
    {
        _code.Add(Immediate(15, 6, 0, times >> 16)); // lis r6
        _code.Add(Immediate(24, 6, 6, times & 0xffff)); // ori r6,r6
        _code.Add(0x7cc903a6); // mtctr r6
        _code.Add(0x42000000); // bdnz .
        return this;
    }

    /// <summary>Waits by polling LSR[DR] for a character and transmits it, for ever.</summary>
    public SmallGuest EchoForEver()
    {
        int start = Here;
        _code.Add(Immediate(34, 5, 3, 5)); // lbz r5,5(r3)
        _code.Add(Immediate(28, 5, 5, 1)); // andi. r5,r5,1
        _code.Add(0x41820000 | (uint)(((start - Here) * 4) & 0xfffc)); // beq start
        _code.Add(Immediate(34, 4, 3, 0)); // lbz r4,0(r3)
        _code.Add(Immediate(38, 4, 3, 0)); // stb r4,0(r3)
        return BranchTo(start);
    }

    /// <summary><c>b .</c></summary>
    public SmallGuest LoopForEver() => BranchTo(Here);

    /// <summary>DBCR0[RST] = 11: system reset.</summary>
    public SmallGuest Reset()
    {
        _code.Add(Immediate(15, 6, 0, 0x3000)); // lis r6,0x3000
        _code.Add((31u << 26) | (6u << 21) | ((Dbcr0 & 31u) << 16) | ((Dbcr0 >> 5) << 11) | (467u << 1)); // mtspr DBCR0,r6
        return LoopForEver();
    }

    /// <summary>TCR[WRC] = 11, TCR[WP] = 00: a system reset when the watchdog has tripped three times.</summary>
    public SmallGuest ArmWatchdog()
    {
        const uint Tcr = 986;
        _code.Add(Immediate(15, 6, 0, 0x3000)); // lis r6,0x3000
        _code.Add((31u << 26) | (6u << 21) | ((Tcr & 31u) << 16) | ((Tcr >> 5) << 11) | (467u << 1)); // mtspr TCR,r6
        return this;
    }

    /// <summary>MSR[WE] with all interrupts off.</summary>
    public SmallGuest WaitForEver()
    {
        _code.Add(Immediate(15, 6, 0, 4)); // lis r6,4
        _code.Add((31u << 26) | (6u << 21) | (146u << 1)); // mtmsr r6
        return LoopForEver();
    }

    /// <summary>Turns the receiver of EMAC0 on: MR0[RXE].</summary>
    public SmallGuest ListenToEthernet()
    {
        _code.Add(Immediate(15, 6, 0, 0x0800)); // lis r6,0x0800
        _code.Add(Immediate(36, 6, 3, 0x500)); // stw r6,0x500(r3): EMAC0 is 0x500 after UART0
        return this;
    }

    /// <summary>MSR[WE] with external interrupts on, again and again.</summary>
    public SmallGuest WaitForInterrupts()
    {
        int start = Here;
        _code.Add(Immediate(15, 6, 0, 4)); // lis r6,4
        _code.Add(Immediate(24, 6, 6, 0x8000)); // ori r6,r6,0x8000
        _code.Add((31u << 26) | (6u << 21) | (146u << 1)); // mtmsr r6
        return BranchTo(start);
    }

    /// <summary>An illegal instruction, with another one at the vector of the program exception.</summary>
    public SmallGuest FailForEver()
    {
        _code.Add(0);
        return this;
    }

    /// <summary>
    /// Installs a handler of the program exception that returns to where it came from, and takes an illegal
    /// instruction: it is executed again for ever. With a count the handler counts in r7.
    /// </summary>
    public SmallGuest FaultInACircle(bool counts = false)
    {
        Board.Memory.TryWrite(0x700, 4, counts ? Immediate(14, 7, 7, 1) : 0x60000000); // addi r7,r7,1; nop
        Board.Memory.TryWrite(0x704, 4, 0x4c000064); // rfi
        _code.Add(0);
        return this;
    }

    /// <summary>Puts the program into memory, makes it the next to be executed, and creates the session.</summary>
    public GuestSession Start(GuestNetwork? network = null)
    {
        byte[] bytes = new byte[_code.Count * 4];
        for (int n = 0; n < _code.Count; n++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(n * 4), _code[n]);
        Board.Memory.TryCopyIn(Origin, bytes);
        Board.Processor.State->Pc = Origin;
        Board.Processor.State->Msr = 0;
        return new GuestSession(Board, Engine, Console, network);
    }

    public RunResult Run(RunOptions options) => Start().Run(options);

    public void Dispose()
    {
        Engine.Dispose();
        Board.Dispose();
    }

    private static uint Immediate(int opcode, int target, int a, int value)
    {
        // Logical instructions name the source where the others name the target.
        bool isLogical = opcode is 24 or 28;
        (int first, int second) = isLogical ? (a, target) : (target, a);
        return ((uint)opcode << 26) | ((uint)first << 21) | ((uint)second << 16) | ((uint)value & 0xffff);
    }

    private SmallGuest BranchTo(int target)
    {
        _code.Add((18u << 26) | (uint)(((target - Here) * 4) & 0x03fffffc));
        return this;
    }
}

/// <summary>A console that keeps what the guest printed and gives it prepared input.</summary>
internal sealed class CapturedConsole : IGuestConsole
{
    private readonly List<byte> _printed = [];
    private readonly Queue<byte> _typed = new();

    public string Text => Encoding.Latin1.GetString([.. _printed]);

    public bool LeaveRequested
    {
        get => LeaveWhen();
        set => LeaveWhen = () => value;
    }

    /// <summary>Says when the person leaves.</summary>
    public Func<bool> LeaveWhen { get; set; } = () => false;

    public bool IsInteractive { get; set; }

    /// <summary>What is typed once the guest waits for it.</summary>
    public string TypedWhenAwaited { get; set; } = "";

    public void Type(string text)
    {
        foreach (char character in text)
            _typed.Enqueue((byte)character);
    }

    public void Write(ReadOnlySpan<byte> transmitted) => _printed.AddRange(transmitted);

    public int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _typed.Count);
        for (int n = 0; n < count; n++)
            buffer[n] = _typed.Dequeue();
        return count;
    }

    public bool WaitForInput()
    {
        Type(TypedWhenAwaited);
        TypedWhenAwaited = "";
        return _typed.Count > 0;
    }
}
