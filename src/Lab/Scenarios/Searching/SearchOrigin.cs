using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Where the window of a search begins: the whole machine, what its checks have seen, and what has been injected and printed.</summary>
internal sealed class SearchOrigin : IDisposable
{
    private readonly MemorySnapshot _memory = new();
    private readonly MachineCheckpoint _machine;
    private readonly WatcherState _watcher;
    private readonly InjectorState _injector;
    private readonly string _console;

    /// <summary>Takes it from a machine that stands there.</summary>
    public SearchOrigin(CaseMachine machine)
    {
        _memory.Take(machine.Board.Memory);
        _machine = machine.Machine.Keep();
        _watcher = machine.Watcher.Fork();
        _injector = machine.Injector.Fork();
        _console = machine.Console.Text;
    }

    /// <summary>Instructions completed.</summary>
    public ulong Count => _machine.Count;

    /// <summary>Brings a machine of the same case there.</summary>
    public void Restore(CaseMachine machine)
    {
        RestoreMachine(machine);
        machine.Watcher.Restore(_watcher);
    }

    /// <summary>Brings a machine of the same guest and injections there that has other checks, which have seen nothing.</summary>
    public void RestoreMachine(CaseMachine machine)
    {
        // What is tried goes other ways than a recorded run.
        machine.Machine.Milestones = null;
        machine.Machine.Restore(_machine);
        _memory.Restore(machine.Board.Memory);
        machine.Injector.Restore(_injector);
        machine.Console.Restart(_console);
        machine.Forget();
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
