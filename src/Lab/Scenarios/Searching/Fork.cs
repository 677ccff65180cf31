using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// Lets a machine try a future and come back. Memory comes back by its journal, so a trial costs what it changes and not what the machine holds.
/// </summary>
internal sealed class Fork : IDisposable
{
    private readonly CaseMachine _machine;
    private readonly PageJournal _journal;
    private MachineCheckpoint _state;
    private WatcherState _watcher;
    private InjectorState _injector;
    private int _console;

    /// <summary>Prepares a machine.</summary>
    public Fork(CaseMachine machine)
    {
        _machine = machine;
        _journal = new PageJournal(machine.Board.Memory);
        machine.Board.Memory.Journal = _journal;
        machine.Board.Processor.Tlb.Observer?.AllTranslationsChanged();
        _state = machine.Machine.Keep();
        _watcher = machine.Watcher.Fork();
        _injector = machine.Injector.Fork();
    }

    /// <summary>Notes the present state.</summary>
    public void Begin()
    {
        _journal.Commit();
        _state = _machine.Machine.Keep(_state);
        _watcher = _machine.Watcher.Fork(_watcher);
        _injector = _machine.Injector.Fork();
        _console = _machine.Console.Length;
    }

    /// <summary>Goes back to the state that was noted last.</summary>
    public void GoBack()
    {
        _machine.Machine.Restore(_state);
        _journal.RollBack();
        _machine.Watcher.Restore(_watcher);
        _machine.Injector.Restore(_injector);
        _machine.Console.Restart(_console);
        _machine.Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.Board.Memory.Journal = null;
        _journal.Dispose();
    }
}
