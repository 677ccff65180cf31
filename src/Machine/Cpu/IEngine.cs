namespace PpcJit.Machine.Cpu;

/// <summary>Something that executes guest instructions. All engines reach the same states at the same counts.</summary>
public interface IEngine : IDisposable
{
    /// <summary>Name as on the command line.</summary>
    string Name { get; }

    /// <summary>
    /// Runs until <see cref="CpuState.InstructionCount"/> is exactly <paramref name="until"/>, or until <see cref="Processor.StopReason"/> is set.
    /// Events and interrupts that are due at that last boundary are left for the next call.
    /// </summary>
    void Run(ulong until);
}
