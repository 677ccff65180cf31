using System.Text;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Differential;

/// <summary>Shows the registers of a machine.</summary>
public static unsafe class MachineText
{
    private static readonly string[] Others =
    [
        "pc", "msr", "cr", "xer", "lr", "ctr", "pid", "zpr", "srr0", "srr1", "esr", "dear", "tsr", "tcr", "pit",
        "pending",
    ];

    /// <summary>Gives the registers that most code uses, eight or four in a line.</summary>
    public static string Of(Board board)
    {
        StringBuilder text = new();
        CpuState* state = board.Processor.State;
        text.Append($"  count {state->InstructionCount}\n");
        for (int row = 0; row < 32; row += 8)
        {
            text.Append($"  r{row,-3}");
            for (int n = row; n < row + 8; n++)
                text.Append($" {state->Gpr[n]:x8}");
            text.Append('\n');
        }

        for (int n = 0; n < Others.Length; n++)
            text.Append($"  {Others[n],-8}{RegisterNames.Read(board.Processor, Others[n]):x8}{(n % 4 == 3 ? "\n" : "")}");
        return text.ToString();
    }
}
