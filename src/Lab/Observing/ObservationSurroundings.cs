using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing;

/// <summary>What is known of an observed run besides its machine, and who is told.</summary>
/// <param name="Notice">Told of what a person should know: a full disk, a limit.</param>
/// <param name="Show">Receives lines, with their ends, that go to no file.</param>
public sealed record ObservationSurroundings(Action<string> Notice, Action<ReadOnlySpan<byte>> Show)
{
    /// <summary>What is run, for titles.</summary>
    public string Title { get; init; } = "a run";

    /// <summary>The guest's source lines; null when none are known.</summary>
    public ISourceLines? Lines { get; init; }

    /// <summary>Gives the arguments of the function that begins at an address; null when nobody knows any.</summary>
    public Func<uint, FunctionArguments?>? Arguments { get; init; }

    /// <summary>Its tasks; null to tell them as its kernel does where that is known, else by their stacks.</summary>
    public ITaskNames? Tasks { get; init; }

    /// <summary>Where the run ended when it was done before; null for a new run.</summary>
    public ulong? End { get; init; }

    /// <summary>Where the guest's kernel gave up in that run; null when it did not.</summary>
    public Moment? Panic { get; init; }
}
