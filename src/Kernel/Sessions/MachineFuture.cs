using PpcJit.Kernel.Recording;

namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="GuestMachine"/> is known to do after a place: how far it had come, and what had entered.</summary>
public sealed class MachineFuture
{
    internal MachineFuture()
    {
    }

    internal ulong Frontier { get; init; }

    internal ulong MaxPrinted { get; init; }

    internal ConsoleInput[] Keys { get; init; } = [];

    internal PromptedText[] Texts { get; init; } = [];

    internal InjectionAt[] Injections { get; init; } = [];

    internal (ulong MaxSent, RecordedArrival[] Arrivals)[] Links { get; init; } = [];
}
