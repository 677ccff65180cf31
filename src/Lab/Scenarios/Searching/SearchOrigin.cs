using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Where the window of a search begins: the whole machine, what its checks have seen, and what has been injected and printed.</summary>
internal sealed class SearchOrigin : IDisposable
{
    private readonly MachineSnapshot _machine = new();
    private readonly WatcherState _watcher;
    private readonly InjectorState _injector;
    private readonly string _console;

    /// <summary>Takes it from a machine that stands there.</summary>
    public SearchOrigin(CaseMachine machine)
    {
        _machine.Take(machine.Board);
        _watcher = machine.Watcher.Fork();
        _injector = machine.Injector.Fork();
        _console = machine.Console.Text;
    }

    /// <summary>Instructions completed.</summary>
    public ulong Count => _machine.Count;

    /// <summary>Brings a machine of the same case there.</summary>
    public void Restore(CaseMachine machine)
    {
        _machine.Restore(machine.Board);
        machine.Watcher.Restore(_watcher);
        machine.Injector.Restore(_injector);
        machine.Console.Restart(_console);
        machine.Forget();
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();
}
