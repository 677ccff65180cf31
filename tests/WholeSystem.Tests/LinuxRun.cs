using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Running;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.WholeSystem.Tests;

/// <summary>One run of the Linux guest, on the board that the image is for.</summary>
/// <param name="Console">All that it printed.</param>
/// <param name="Result">How it ended.</param>
internal sealed record LinuxRun(string Console, RunResult Result)
{
    /// <summary>Boots an image until it reboots or the limit is reached.</summary>
    /// <param name="image">Name of the image.</param>
    /// <param name="mode">What the guest's init does: <c>selftest</c>, <c>bench_int count=500</c>, ...</param>
    /// <param name="engine">Creates the engine.</param>
    /// <param name="most">Most instructions.</param>
    /// <param name="hashesEvery">Distance of the state hashes that are taken; 0 for none.</param>
    public static LinuxRun Boot(string image, string mode, Func<Processor, IEngine> engine, ulong most, ulong hashesEvery = 0)
    {
        BootOptions options = new() { ImagePath = LinuxImages.Find(image), CommandLine = $"console=ttyS0,115200 mode={mode}" };
        using Board board = BoardChooser.Choose(GuestLoader.ReadImage(options), options).Board.Create(new BoardOptions());
        GuestLoader.Load(board, options);
        using IEngine created = engine(board.Processor);
        using MemoryStream output = new();
        List<ulong> points = [];
        for (ulong point = hashesEvery; hashesEvery != 0 && point <= most; point += hashesEvery)
            points.Add(point);
        RunResult result = new GuestSession(board, created, new SilentConsole(output)).Run(new RunOptions { MaxInstructions = most, StateHashAt = points });
        return new LinuxRun(Encoding.Latin1.GetString(output.ToArray()), result);
    }

    /// <summary>The fast engine as it is by default.</summary>
    public static IEngine Jit(Processor processor) => new JitEngine(processor);

    /// <summary>The reference interpreter.</summary>
    public static IEngine Interpreter(Processor processor) => new InterpreterEngine(processor);
}
