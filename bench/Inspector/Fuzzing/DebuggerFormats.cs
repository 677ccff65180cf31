using System.Text;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Gdb;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Tests.Support;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>The grammar of moments, probes and values, lines for the monitor, and what a client of the gdb server sends.</summary>
internal static class DebuggerFormats
{
    private const ulong Spacing = 50_000;
    private const ulong Begun = 20_000;

    /// <summary>Words that let the guest run may take any time; then they are cancelled, as by Ctrl-C.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private static readonly Lazy<DebuggedGuest> Named = new(() => new DebuggedGuest(jit: false));

    private static readonly string[] Monitor =
    [
        "goto @10,000", "step 1000", "back 500", "until exec system_call when r1 != 0", "back-until tlbwe", "lastwrite physical 0x1000,4",
        "checkpoint", "restart 1", "registers", "spr srr0",
        "x/8xw r1", "x/2s physical 0x100", "find /b 0x1000,+1K,0x41,\"ab\"", "disas kernel_main,4", "backtrace", "tlb", "translate [r1]+4",
        "devices UART0.LSR", "events 4", "set r3 = u8[0x100] + 1",
        "set u16[0x100] = 7", "when", "help x",
    ];

    private static readonly string[] Packets =
    [
        "qSupported:multiprocess+;swbreak+", "QStartNoAckMode", "?", "g", "p40", "P3=00000001", "m100,40", "M100,4:01020304", "X100,2:}\x03a",
        "Z0,10000,4", "Z0,10000,4;X3,220122;cmds:0,3,220122", "Z2,100,4",
        "z0,10000,4", "z2,100,4", "vCont;s:1", "vCont;r10000,10010:1", "vCont;c", "bs", "bc", "qXfer:features:read:target.xml:0,ffb",
        "qXfer:memory-map:read::0,100", "qRcmd,7768656e", "Hg0", "D",
    ];

    public static IReadOnlyList<InputFormat> All { get; } =
    [
        TextFormats.Of("moment", text => DebugGrammar.ParseMoment(text, Named.Value.Names).OrThrow("MOMENT"),
            "@41,233,107+2", "2.5M", "-250K", "reset", "panic", "kernel_main#1", "&system_call#3", "[r1]+4#2"),
        TextFormats.Of("probe", text => DebugGrammar.ParseProbe(text, Named.Value.Names).OrThrow("PROBE"),
            "exec kernel_main+0x10 when r3 == 0", "write 0xc0001000,16", "access physical [r1]+8", "exception data-tlb-miss when dear < 0x1000",
            "interrupt uic5", "device UART0.LSR", "console \"a\\x41\" when icount > 5"),
        TextFormats.Of("expression", text => DebugGrammar.ParseExpression(text, Named.Value.Names).OrThrow("EXPR").Evaluate(Named.Value.Names),
            "pid == 1 && (msr & 0x4000) != 0", "[r1+4] >> 16 & 0xffff", "u8[r3] == 0x2f ? icount : ~-kernel_main",
            "&kernel_main+0x10 * 3 / (r4 - 1) % 7"),
        TextFormats.Of("monitor", DoInMonitor, [string.Join(';', Monitor), .. Monitor]),
        new("gdb", [Sent(Packets), .. Packets.Select(packet => Sent(packet))], Serve),
    ];

    private static byte[] Sent(params IEnumerable<string> packets) =>
        [.. packets.SelectMany(packet => Encoding.Latin1.GetBytes($"${packet}#{packet.Sum(letter => letter) & 0xff:x2}+"))];

    private static void DoInMonitor(string text)
    {
        IReadOnlyList<string> commands = DebugMonitor.Commands(text, "--do");
        using DebuggedGuest guest = new(jit: text.Length % 2 == 0);
        foreach (string command in commands)
        {
            using CancellationTokenSource cancel = new(Patience);
            guest.Monitor.Execute(command, cancel.Token);
        }
    }

    /// <summary>Serves a client that sends this, without a mind for its checksums half of the time, and is gone then.</summary>
    private static void Serve(byte[] sent)
    {
        using DebuggedGuest guest = new(jit: sent.Length % 2 == 0);
        using MemoryStream input = new(sent.Length % 3 == 0 ? sent : WithSums(sent));
        using GdbSession session = new(new GdbTarget(guest.Timeline, guest.Console, guest.Monitor, guest.Session), input, Stream.Null);
        session.Serve();
    }

    /// <summary>Makes the checksums of packets right.</summary>
    private static byte[] WithSums(byte[] sent)
    {
        List<byte> mended = [];
        int start = -1;
        for (int n = 0; n < sent.Length; n++)
        {
            mended.Add(sent[n]);
            if (sent[n] == '$' && start < 0)
            {
                start = n + 1;
            }
            else if (sent[n] == '#' && start >= 0)
            {
                mended.AddRange(Encoding.ASCII.GetBytes($"{sent[start..n].Sum(value => value) & 0xff:x2}"));
                (start, n) = (-1, n + 2);
            }
        }

        return [.. mended];
    }

    /// <summary>The demo, debugged, a little after its start.</summary>
    private sealed class DebuggedGuest : IDisposable
    {
        private readonly Board _board = TestBoard.Create(16);
        private readonly IEngine _engine;

        public DebuggedGuest(bool jit)
        {
            LoadedGuest loaded = GuestLoader.Load(_board, DemoGuest.Image, "demo", TestBoard.Options);
            _engine = jit ? new JitEngine(_board.Processor, new JitOptions { Background = false, Threshold = 20 })
                : new InterpreterEngine(_board.Processor);
            Console = new InterruptibleConsole(new SilentConsole(), () => { });
            Timeline = new Timeline(new GuestMachine(_board, _engine, Console), new TimelineOptions { Spacing = Spacing });
            Session = new GuestSession(Timeline.Machine);
            Session.Begin(new RunOptions { Symbols = loaded.Symbols });
            Names = new DebugNames(_board, loaded.Symbols!);
            Monitor = new DebugMonitor(new MonitoredRun(Timeline, Names, () => Session.PanicAt));
            Timeline.GoTo(new Moment(Begun));
        }

        public InterruptibleConsole Console { get; }

        public Timeline Timeline { get; }

        public GuestSession Session { get; }

        public DebugNames Names { get; }

        public DebugMonitor Monitor { get; }

        public void Dispose()
        {
            Timeline.Dispose();
            _engine.Dispose();
            _board.Dispose();
        }
    }
}
