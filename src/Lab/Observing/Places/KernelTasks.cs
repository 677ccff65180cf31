using PpcJit.Lab.Kernels;

namespace PpcJit.Lab.Observing.Places;

/// <summary>Tells tasks by their names, as the guest's kernel has them; where it has none yet, otherwise.</summary>
/// <param name="kernel">The guest's kernel.</param>
/// <param name="otherwise">Tells them where the kernel says nothing.</param>
public sealed class KernelTasks(GuestKernel kernel, ITaskNames otherwise) : ITaskNames
{
    private readonly Dictionary<string, GuestTask> _known = [];
    private readonly Dictionary<(uint Address, uint? Number), ulong> _keys = [];
    private GuestTask? _last;
    private uint _lastLwp;

    /// <inheritdoc/>
    public GuestTask Find(uint msr)
    {
        uint lwp = kernel.RunningWord;
        if (lwp != 0 && lwp == _lastLwp && _last is { } same)
            return same;
        _lastLwp = 0;
        if (lwp == 0 || kernel.CurrentLwp != lwp)
            return otherwise.Find(msr);
        GuestLwp running = kernel.Describe(lwp, isRunning: true);
        if (!_keys.TryGetValue((lwp, running.Number), out ulong key))
            _keys[(lwp, running.Number)] = key = (ulong)_keys.Count;
        string label = running.Label;
        if (!_known.TryGetValue(label, out GuestTask? task) || task.Key != key)
            _known[label] = task = new GuestTask(key, label) { IsOfKernel = true };
        (_last, _lastLwp) = (task, lwp);
        return task;
    }

    /// <inheritdoc/>
    public void NoteException(uint msr)
    {
        // A system call may give the running task another name, and its place in memory may belong to another one soon.
        _lastLwp = 0;
        otherwise.NoteException(msr);
    }
}
