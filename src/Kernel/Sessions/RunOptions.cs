using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Sessions;

/// <summary>When a run ends, what goes into its console, and at which counts it is measured.</summary>
public sealed record RunOptions
{
    /// <summary>Ends the run when the guest has transmitted these bytes one after the other; empty for never.</summary>
    public ReadOnlyMemory<byte> ExitOn { get; init; }

    /// <summary>
    /// What the guest has to transmit before the run ends, for the run to be a success; empty for nothing. It does not
    /// end the run.
    /// </summary>
    public ReadOnlyMemory<byte> Expected { get; init; }

    /// <summary>Names of the guest's code, which tell a kernel's panic from a program that prints the same; null when there are none.</summary>
    public SymbolTable? Symbols { get; init; }

    /// <summary>
    /// Whether the run goes on when the guest's kernel says that it gives up (<see cref="PanicWatch"/>), or faults in a
    /// circle (<see cref="FaultCycle"/>).
    /// </summary>
    public bool IgnorePanic { get; init; }

    /// <summary>Ends the run at this count of completed instructions; null for never.</summary>
    public ulong? MaxInstructions { get; init; }

    /// <summary>Counts at which the state hash is taken, in any order.</summary>
    public IReadOnlyList<ulong> StateHashAt { get; init; } = [];

    /// <summary>
    /// What is typed into the console by the rule of <see cref="PromptedInput"/>, one text after the other, before
    /// anything from the console's own input; their counts are not looked at.
    /// </summary>
    public IReadOnlyList<PromptedText> Input { get; init; } = [];

    /// <summary>What the guest shows ahead of each line that has no prompt of its own; empty for anything like a prompt.</summary>
    public ReadOnlyMemory<byte> Prompt { get; init; }

    /// <summary>Bytes of console input, sixteen for each, of which the result tells. Of what enters after them it tells only how much.</summary>
    public long MaxInputBytes { get; init; } = RunInputs.UsualMaxBytes;

    /// <summary>All that is typed and waited for, as one text that differs where they differ.</summary>
    public byte[] TypedText
    {
        get
        {
            List<byte> all = [.. Prompt.Span];
            foreach (PromptedText given in Input)
                all.AddRange([0, .. given.Prompt.Span, 0, .. given.Text.Span]);
            return [.. all];
        }
    }
}
