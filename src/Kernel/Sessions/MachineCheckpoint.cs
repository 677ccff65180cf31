using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// All of a <see cref="GuestMachine"/> at a count, other than its memories: registers, TLB and devices, and how far everything around the machine had come.
/// </summary>
public sealed class MachineCheckpoint
{
    internal MachineCheckpoint()
    {
    }

    /// <summary>Completed instructions.</summary>
    public ulong Count { get; internal init; }

    /// <summary>Bytes that it takes.</summary>
    public int Bytes => State.Length;

    internal byte[] State { get; init; } = [];

    internal ExceptionHistory? Exceptions { get; init; }

    internal PromptedInputState? Prompted { get; init; }

    internal ulong Printed { get; init; }

    internal int Keys { get; init; }

    internal int Texts { get; init; }

    internal int Injections { get; init; }

    internal (ulong Sent, ulong Received)[] Links { get; init; } = [];
}
