using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.WholeSystem.Tests;

/// <summary>One run of a guest, on the board that the image is for.</summary>
/// <param name="Console">All that it printed.</param>
/// <param name="Result">How it ended.</param>
internal sealed record GuestRun(string Console, RunResult Result)
{
    /// <summary>Boots an image of the Linux guest until it reboots or the limit is reached.</summary>
    /// <param name="image">Name of the image.</param>
    /// <param name="mode">What the guest's init does: <c>selftest</c>, <c>bench_int count=500</c>, ...</param>
    /// <param name="engine">Creates the engine.</param>
    /// <param name="most">Most instructions.</param>
    /// <param name="hashesEvery">Distance of the state hashes that are taken; 0 for none.</param>
    public static GuestRun BootLinux(string image, string mode, Func<Processor, IEngine> engine, ulong most, ulong hashesEvery = 0) =>
        Boot(LinuxImages.Find(image), $"console=ttyS0,115200 mode={mode}", engine, most, hashesEvery);

    /// <summary>Boots any image until it resets the machine or the limit is reached.</summary>
    /// <param name="path">The image.</param>
    /// <param name="commandLine">What the guest is told.</param>
    /// <param name="engine">Creates the engine.</param>
    /// <param name="most">Most instructions.</param>
    /// <param name="hashesEvery">Distance of the state hashes that are taken; 0 for none.</param>
    public static GuestRun Boot(string path, string? commandLine, Func<Processor, IEngine> engine, ulong most, ulong hashesEvery = 0)
    {
        using Board board = Load(path, commandLine);
        using IEngine created = engine(board.Processor);
        using MemoryStream output = new();
        List<ulong> points = [];
        for (ulong point = hashesEvery; hashesEvery != 0 && point <= most; point += hashesEvery)
            points.Add(point);
        RunResult result = new GuestSession(board, created, new SilentConsole(output))
            .Run(new RunOptions { MaxInstructions = most, StateHashAt = points });
        return new GuestRun(Encoding.Latin1.GetString(output.ToArray()), result);
    }

    /// <summary>Creates the board that an image is for, with 128 MB, and loads the image.</summary>
    /// <param name="path">The image.</param>
    /// <param name="commandLine">What the guest is told; null for nothing.</param>
    public static Board Load(string path, string? commandLine)
    {
        BootOptions options = new() { ImagePath = path, CommandLine = commandLine };
        Board board = BoardChooser.Choose(
            GuestLoader.ReadImage(options, new BoardOptions().MemoryBytes), options, new BoardOptions().MemoryBytes)
            .Board.Create(new BoardOptions());
        GuestLoader.Load(board, options);
        return board;
    }

    /// <summary>The fast engine as it is by default.</summary>
    public static IEngine Jit(Processor processor) => new JitEngine(processor);

    /// <summary>The reference interpreter.</summary>
    public static IEngine Interpreter(Processor processor) => new InterpreterEngine(processor);
}
