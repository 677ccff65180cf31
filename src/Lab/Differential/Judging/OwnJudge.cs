using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>An engine of our own, on the whole board.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="create">Creates the engine.</param>
public sealed class OwnJudge(string name, Func<Processor, IEngine> create) : IJudge
{
    /// <summary>More than any image takes.</summary>
    private const ulong MaxInstructions = 2_000_000_000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public JudgedMachine Machine => JudgedMachine.Board;

    /// <inheritdoc/>
    public IReadOnlyList<string> Run(byte[] image)
    {
        using Board board = Ref405ep.Create(new BoardOptions());
        StringBuilder text = new();
        board.Console!.Transmitted = value => text.Append((char)value);
        GuestLoader.Load(board, image, "the programs", new BootOptions { ImagePath = "the programs" });
        using IEngine engine = create(board.Processor);
        engine.Run(MaxInstructions);
        return JudgeText.Lines(name, text.ToString());
    }
}
