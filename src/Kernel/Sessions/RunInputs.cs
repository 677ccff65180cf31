using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Sessions;

/// <summary>Text that was given to be typed at prompts.</summary>
/// <param name="Count">Completed instructions when it was given.</param>
/// <param name="Text">The text.</param>
public sealed record PromptedText(ulong Count, ReadOnlyMemory<byte> Text)
{
    /// <summary>What the guest must have shown before; empty for the rule of <see cref="PromptedInput"/>.</summary>
    public ReadOnlyMemory<byte> Prompt { get; init; }

    /// <summary>Text for a run that is to begin, without a prompt of its own.</summary>
    public static PromptedText Of(ReadOnlySpan<byte> text) => new(0, text.ToArray());
}

/// <summary>A change that a person made.</summary>
/// <param name="At">Where the run stood.</param>
/// <param name="Change">What was changed.</param>
public sealed record InjectionAt(Moment At, Injection Change);

/// <summary>
/// What entered a run from outside, by count: all that it takes, with the image and its options, to do the run again.
/// Frames are with their cables.
/// </summary>
public sealed class RunInputs
{
    internal List<ConsoleInput> KeyList { get; } = [];

    internal List<PromptedText> TextList { get; } = [];

    internal List<InjectionAt> InjectionList { get; } = [];

    /// <summary>Adds what a recorded run has.</summary>
    public RunInputs Add(IEnumerable<ConsoleInput> keys, IEnumerable<PromptedText> texts, IEnumerable<InjectionAt> injections)
    {
        KeyList.AddRange(keys);
        TextList.AddRange(texts);
        InjectionList.AddRange(injections);
        return this;
    }

    /// <summary>Gives a copy to which nothing more is added.</summary>
    public RunInputs Copy() => new RunInputs().Add(Keys, Texts, Injections);

    /// <summary>Keys of an interactive console.</summary>
    public IReadOnlyList<ConsoleInput> Keys => KeyList;

    /// <summary>Text for prompts.</summary>
    public IReadOnlyList<PromptedText> Texts => TextList;

    /// <summary>What was changed by hand.</summary>
    public IReadOnlyList<InjectionAt> Injections => InjectionList;
}
