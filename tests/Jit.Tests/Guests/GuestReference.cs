using PpcJit.Jit.Settings;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Jit.Tests.Guests;

/// <summary>What a whole guest does on the reference interpreter: its state hash at regular counts, its console, and where it ends.</summary>
internal sealed class GuestReference
{
    private readonly ReadOnlyMemory<byte> _image;
    private readonly ulong _interval;
    private readonly List<ulong> _hashes = [];

    private GuestReference(ReadOnlyMemory<byte> image, ulong interval) => (_image, _interval) = (image, interval);

    /// <summary>The text on the console.</summary>
    public string Console { get; private set; } = "";

    /// <summary>Runs a guest to its end.</summary>
    /// <param name="image">Its ELF.</param>
    /// <param name="interval">Instructions between two hashes.</param>
    /// <param name="most">Far more than it takes.</param>
    public static GuestReference Run(ReadOnlyMemory<byte> image, ulong interval, ulong most)
    {
        GuestReference reference = new(image, interval);
        using Board board = reference.Create(out List<char> console);
        using InterpreterEngine engine = new(board.Processor);
        for (ulong count = interval; board.Processor.StopReason == StopReason.None && count < most; count += interval)
        {
            engine.Run(count);
            reference._hashes.Add(board.StateHash());
        }

        Assert.That(board.Processor.StopReason, Is.EqualTo(StopReason.SystemReset));
        reference.Console = string.Concat(console);
        return reference;
    }

    /// <summary>Runs the guest on the fast engine and compares.</summary>
    /// <returns>What the engine did.</returns>
    public JitStatistics Check(JitOptions options)
    {
        using Board board = Create(out List<char> console);
        using JitEngine engine = new(board.Processor, options);
        ulong count = 0;
        foreach (ulong hash in _hashes)
        {
            count += _interval;
            engine.Run(count);
            Assert.That(board.StateHash(), Is.EqualTo(hash), $"at {count}");
        }

        Assert.That(board.Processor.StopReason, Is.EqualTo(StopReason.SystemReset));
        Assert.That(string.Concat(console), Is.EqualTo(Console));
        return engine.Statistics;
    }

    private Board Create(out List<char> console)
    {
        Board board = Ref405ep.Create(new BoardOptions { MemoryBytes = 16 << 20 });
        List<char> text = console = [];
        board.Console!.Transmitted = value => text.Add((char)value);
        GuestLoader.Load(board, _image, "the guest", new BootOptions { ImagePath = "the guest" });
        return board;
    }
}
