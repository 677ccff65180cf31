using PpcJit.Kernel.Sessions;

namespace PpcJit.Kernel.Runs;

/// <summary>The words of run files; those of network recordings are the same.</summary>
internal static class RunWords
{
    public const string MadeBy = "made-by";
    public const string Fact = "run";
    public const string Path = "path";
    public const string Symbols = "symbols";
    public const string Option = "option";
    public const string Port = "port";
    public const string Text = "text";
    public const string Key = "key";
    public const string SecondKey = "key2";
    public const string In = "in";
    public const string Change = "change";
    public const string Milestone = "milestone";
    public const string Finding = "finding";
    public const string File = "file";
    public const string Data = "data";
    public const string End = "end";

    public const string Prompt = "prompt";
    public const string ExitOn = "exit-on";
    public const string Expected = "expected";
    public const string IgnorePanic = "ignore-panic";
    public const string MaxInstructions = "max-instructions";
    public const string On = "on";

    private const string GoingOn = "going-on";

    /// <summary>Names why a run ended.</summary>
    public static string NameOf(RunEnd? end) => end?.ToString() ?? GoingOn;

    /// <summary>Reads what <see cref="NameOf"/> gave.</summary>
    public static bool TryFindEnd(string name, out RunEnd? end)
    {
        bool isKnown = Enum.TryParse(name, out RunEnd known) && Enum.IsDefined(known) && char.IsAsciiLetter(name[0]);
        end = isKnown ? known : null;
        return isKnown || name == GoingOn;
    }
}
