using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Places;

/// <summary>A guest that is observed while it runs, and what is known of it.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Names">What names mean in it.</param>
/// <param name="Places">Its functions.</param>
/// <param name="Tasks">Its tasks.</param>
public sealed unsafe record ObservedGuest(GuestMachine Machine, DebugNames Names, CodePlaces Places, ITaskNames Tasks)
{
    /// <summary>Gives the arguments of the function that begins at an address; null when nobody knows any.</summary>
    public Func<uint, FunctionArguments?>? Arguments { get; init; }

    /// <summary>The board.</summary>
    public Board Board => Machine.Board;

    /// <summary>The core.</summary>
    public Processor Processor => Machine.Board.Processor;

    /// <summary>Its state.</summary>
    public CpuState* State => Machine.Board.Processor.State;

    /// <summary>The linked address of the next instruction.</summary>
    public uint LinkedPc => Places.Linked(State->Pc, State->Msr);

    /// <summary>Whether what is done now was done before, or only to look: then it is no part of the observed run.</summary>
    public bool IsOutside => Machine.Board.Log.IsMuted;
}
