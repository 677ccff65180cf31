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
    /// <summary>Bytes that may be kept of what enters a run from outside, where nothing else is said.</summary>
    public const long UsualMaxBytes = 64 << 20;

    /// <summary>What a key takes, in bytes.</summary>
    internal const int KeyBytes = 16;

    /// <summary>What each other thing takes beside its contents, in bytes, about.</summary>
    internal const int Overhead = 64;

    internal InputLog<ConsoleInput> KeyList { get; } = new(_ => KeyBytes);

    internal InputLog<ConsoleInput> SecondKeyList { get; } = new(_ => KeyBytes);

    internal InputLog<PromptedText> TextList { get; } = new(text => Overhead + text.Text.Length + text.Prompt.Length);

    internal InputLog<InjectionAt> InjectionList { get; } = new(injection => Overhead + ((injection.Change as MemoryInjection)?.Bytes.Length ?? 0));

    /// <summary>Bytes that all of it takes, about.</summary>
    internal long Bytes => KeyList.Bytes + SecondKeyList.Bytes + TextList.Bytes + InjectionList.Bytes;

    /// <summary>Adds what a recorded run has.</summary>
    public RunInputs Add(IEnumerable<ConsoleInput> keys, IEnumerable<PromptedText> texts, IEnumerable<InjectionAt> injections,
        IEnumerable<ConsoleInput>? secondKeys = null)
    {
        KeyList.AddRange(keys);
        SecondKeyList.AddRange(secondKeys ?? []);
        TextList.AddRange(texts);
        InjectionList.AddRange(injections);
        return this;
    }

    /// <summary>Gives a copy to which nothing more is added.</summary>
    public RunInputs Copy() => new RunInputs().Add(Keys, Texts, Injections, SecondKeys);

    /// <summary>Keys of an interactive console.</summary>
    public IReadOnlyList<ConsoleInput> Keys => KeyList.Kept;

    /// <summary>What entered the second serial port.</summary>
    public IReadOnlyList<ConsoleInput> SecondKeys => SecondKeyList.Kept;

    /// <summary>Text for prompts.</summary>
    public IReadOnlyList<PromptedText> Texts => TextList.Kept;

    /// <summary>What was changed by hand.</summary>
    public IReadOnlyList<InjectionAt> Injections => InjectionList.Kept;
}
