using PpcJit.Kernel.Networking;

namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="GuestMachine"/> is known to do after a place: how far it had come, and what had entered.</summary>
public sealed class MachineFuture
{
    internal MachineFuture()
    {
    }

    internal ulong Frontier { get; init; }

    internal LineFuture[] Lines { get; init; } = [];

    internal (int First, PromptedText[] Items) Texts { get; init; }

    internal (int First, InjectionAt[] Items) Injections { get; init; }

    internal LinkFuture[] Links { get; init; } = [];

    /// <summary>Where the guest's kernel gives up; null where it does not.</summary>
    internal Moment? PanicAt { get; set; }

    /// <summary>What was read of its words.</summary>
    internal PanicWatch? Panic { get; set; }
}
