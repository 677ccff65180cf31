using PpcJit.Lab.Kernels;

namespace PpcJit.Lab.Observing.Places;

/// <summary>Tells tasks by their names, as the guest's kernel has them; where it has none yet, otherwise.</summary>
/// <param name="kernel">The guest's kernel.</param>
/// <param name="otherwise">Tells them where the kernel says nothing.</param>
public sealed class KernelTasks(GuestKernel kernel, ITaskNames otherwise) : ITaskNames
{
    private readonly Dictionary<string, GuestTask> _known = [];
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
        string label = kernel.Describe(lwp, isRunning: true).Label;
        if (!_known.TryGetValue(label, out GuestTask? task))
            _known[label] = task = new GuestTask((ulong)_known.Count, label);
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
