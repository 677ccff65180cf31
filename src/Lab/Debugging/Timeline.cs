using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Debugging;

/// <summary>
/// A run that can be looked at from any moment. It keeps checkpoints of the machine, closer near the present and
/// bounded in bytes; a moment is reached from the checkpoint before it by doing again what was done. Whatever is looked
/// at, the run stays the same; only a change by hand begins another one.
/// </summary>
public sealed class Timeline : IDisposable
{
    /// <summary>
    /// Instructions before a moment at which checkpoints are kept on the way to it, since mostly a moment just before it
    /// is asked for next.
    /// </summary>
    private static readonly ulong[] Approach = [200_000, 10_000, 500];

    /// <summary>
    /// So many instructions are between two checkpoints at least while a run goes where none has been, however little may be
    /// kept: what a guest changes between them is kept in any case.
    /// </summary>
    private const ulong LeastSpacing = 1_000_000;

    private readonly PageHistory _pages;
    private readonly List<MachineCheckpoint> _checkpoints = [];
    private readonly Moment _start;
    private ProbeWatcher? _watcher;
    private TimelineOptions _options;

    /// <summary>Begins to keep the history of a machine.</summary>
    /// <param name="machine">The machine, where its run first comes to a count.</param>
    /// <param name="options">Bounds; those of somebody who looks back when null.</param>
    public Timeline(GuestMachine machine, TimelineOptions? options = null)
    {
        Machine = machine;
        _options = options ?? new TimelineOptions();
        _pages = new PageHistory(machine.Board.Memory);
        machine.Board.Processor.Tlb.Observer?.AllTranslationsChanged();
        _checkpoints.Add(machine.Keep());
        _start = Oldest;
        machine.SliceDone += OnSlice;
    }

    /// <summary>The machine. It may be run by others too.</summary>
    public GuestMachine Machine { get; }

    /// <summary>Where it stands.</summary>
    public Moment Present => Machine.Present;

    /// <summary>Where the history begins.</summary>
    public Moment Oldest => new(_checkpoints[0].Count);

    /// <summary>Why history does not reach back to where the run began, in a sentence; null when it does.</summary>
    public string? Lack => Oldest == _start ? null
        : Machine.InputsBegin is not null
            ? $"What is before {Oldest} is forgotten: more than {Megabytes(_options.MaxInputBytes)} have entered from outside."
        : $"What is before {Oldest} is forgotten: its checkpoints would take more than {Megabytes(_options.MaxBytes)}.";

    /// <summary>The farthest place that a run has come to.</summary>
    public Moment End => new(Machine.Frontier);

    /// <summary>How many changes by hand the run contains.</summary>
    public int Branches => Machine.Inputs.Injections.Count;

    /// <summary>The counts of the checkpoints, oldest first.</summary>
    public IEnumerable<ulong> Checkpoints => _checkpoints.Select(checkpoint => checkpoint.Count);

    /// <summary>Bytes that the checkpoints take.</summary>
    public long Bytes
    {
        get
        {
            long bytes = _pages.Bytes;
            foreach (MachineCheckpoint checkpoint in _checkpoints)
                bytes += checkpoint.Bytes;
            return bytes;
        }
    }

    /// <summary>Bounds. They may be raised when somebody begins to look back.</summary>
    public TimelineOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            Thin();
        }
    }

    /// <summary>
    /// Goes to a moment: back or forward over what the run has done, or on from its end, where the outside is live. A
    /// moment before the oldest becomes the oldest.
    /// </summary>
    /// <returns>Why the machine stopped before the moment, else <see cref="StopReason.None"/>.</returns>
    public StopReason GoTo(Moment target)
    {
        if (target < Oldest)
            target = Oldest;
        if (target == Present && !Machine.IsMidway)
            return StopReason.None;
        int nearest = FindCheckpoint(target.Count);
        bool goesOn = target > Present && !(Machine.IsMidway && target.Count == Present.Count) && _checkpoints[nearest].Count <= Present.Count;
        if (!goesOn)
            Restore(nearest);
        foreach (ulong distance in Approach)
        {
            if (target.Count - Machine.Count < 2 * distance || target.Count > Machine.Frontier)
                continue;
            if (Machine.Run(target.Count - distance) is var early && early != StopReason.None)
                return early;
            KeepHere();
        }

        return Machine.Run(target);
    }

    /// <summary>Goes back by completed instructions.</summary>
    /// <returns>Whether history goes so far back; else the machine is at its beginning.</returns>
    public bool StepBack(ulong instructions)
    {
        bool isThere = Present.Count - Oldest.Count >= instructions;
        GoTo(isThere ? new Moment(Present.Count - instructions) : Oldest);
        return isThere;
    }

    /// <summary>Goes forward by completed instructions.</summary>
    /// <returns>Why the machine stopped before, else <see cref="StopReason.None"/>.</returns>
    public StopReason Step(ulong instructions) => GoTo(new Moment(Present.Count + instructions));

    /// <summary>Runs forward to the first hit after the present moment, and stops there.</summary>
    /// <param name="probes">What to look for.</param>
    /// <param name="until">The count at which to give up.</param>
    /// <param name="cancel">Stops the run at the end of a slice.</param>
    public SearchResult FindNext(IReadOnlyList<Probe> probes, ulong until = ulong.MaxValue, CancellationToken cancel = default)
    {
        Moment from = Present;
        Hit? found = null;
        StopReason reason = Watch(probes, hit =>
        {
            if (hit.At <= from || found is not null)
                return found is null;
            found = hit;
            return false;
        }, new Moment(until), cancel);
        if (found is not null)
            GoTo(found.At);
        return new SearchResult(found, found is null ? reason : StopReason.None);
    }

    /// <summary>Runs forward to the first hit after the present moment, and stops there.</summary>
    public SearchResult FindNext(Probe probe, ulong until = ulong.MaxValue, CancellationToken cancel = default) => FindNext([probe], until, cancel);

    /// <summary>Goes back to the last hit before the present moment; where there is none, to the beginning of history.</summary>
    /// <param name="probes">What to look for.</param>
    /// <param name="cancel">Gives up; the machine then stands at a checkpoint.</param>
    /// <param name="notBefore">Where to give up; where nothing is found, the machine then stands there.</param>
    public SearchResult FindLast(IReadOnlyList<Probe> probes, CancellationToken cancel = default, Moment notBefore = default)
    {
        Moment before = Present;
        Moment until = before;
        while (_checkpoints.FindLastIndex(checkpoint => new Moment(checkpoint.Count) < until) is >= 0 and var nearest)
        {
            Moment start = new(_checkpoints[nearest].Count);
            Restore(nearest);
            Hit? last = null;
            Watch(probes, hit =>
            {
                last = hit.At < before && hit.At >= notBefore ? hit : last;
                return true;
            }, until, cancel);
            if (last is not null)
            {
                GoTo(last.At);
                return new SearchResult(last, StopReason.None);
            }

            if (cancel.IsCancellationRequested)
                return new SearchResult(null, StopReason.Requested);
            if (start <= notBefore)
                break;
            until = start;
        }

        GoTo(notBefore);
        return new SearchResult(null, StopReason.None);
    }

    /// <summary>Goes back to the last hit before the present moment; where there is none, to the beginning of history.</summary>
    public SearchResult FindLast(Probe probe, CancellationToken cancel = default) => FindLast([probe], cancel);

    /// <summary>Looks back for the last hits before the present moment; the machine is at the same moment afterwards.</summary>
    /// <param name="probes">What to look for.</param>
    /// <param name="most">How many hits at most.</param>
    /// <param name="note">Called with each hit while the machine stands there, to note what is to be known of it.</param>
    /// <param name="cancel">Gives up with what there is so far.</param>
    /// <returns>What was noted, oldest first.</returns>
    public IReadOnlyList<T> NoteLast<T>(IReadOnlyList<Probe> probes, int most, Func<Hit, T> note, CancellationToken cancel = default)
    {
        Moment before = Present;
        Moment until = before;
        List<T> noted = [];
        while (noted.Count < most && !cancel.IsCancellationRequested
            && _checkpoints.FindLastIndex(checkpoint => new Moment(checkpoint.Count) < until) is >= 0 and var nearest)
        {
            Moment start = new(_checkpoints[nearest].Count);
            Restore(nearest);
            Queue<T> here = [];
            Watch(probes, hit =>
            {
                here.Enqueue(note(hit));
                if (here.Count > most)
                    here.Dequeue();
                return true;
            }, until, cancel);
            noted.InsertRange(0, here);
            until = start;
        }

        GoTo(before);
        return noted.Count <= most ? noted : noted[^most..];
    }

    /// <summary>
    /// Finds the last store to some bytes before the present moment, and goes there; the machine stays where it is when
    /// there is none.
    /// </summary>
    /// <param name="address">Effective address of the first byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isPhysical">Whether the address is physical.</param>
    public Hit? LastWrite(uint address, uint length = 4, bool isPhysical = false)
    {
        Moment here = Present;
        Hit? found = FindLast(new AccessProbe(address, length, Reads: false, Writes: true, isPhysical)).Hit;
        if (found is null)
            GoTo(here);
        return found;
    }

    /// <summary>Forgets which instructions were looked for last, so that all run at full speed again.</summary>
    public void ForgetProbes() => _watcher?.Forget();

    /// <summary>Changes something by hand at the present moment. What the run did after it is forgotten: another run begins.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Change(Injection change)
    {
        if (Machine.IsMidway)
            GoTo(Present);
        if (!Machine.Inject(change))
            return false;
        CutHere();
        return true;
    }

    /// <summary>
    /// Gives text that enters by the rule of <see cref="PromptedInput"/>. Where a run has been already, that run is forgotten: another one begins.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="prompt">What the guest must have shown before; empty for that rule.</param>
    public void Type(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prompt = default)
    {
        if (Machine.IsMidway)
            GoTo(Present);
        if (!Machine.IsLive)
        {
            Machine.Cut();
            CutHere();
        }

        Machine.GiveText(text, prompt);
    }

    /// <summary>Goes back to the last checkpoint that is not after a moment. What the run did after it is forgotten: another run begins.</summary>
    public void Return(Moment moment)
    {
        Restore(FindCheckpoint(moment.Count));
        Machine.Cut();
        CutHere();
    }

    /// <summary>
    /// Begins a diversion: what is changed from here on, and what the run then does, can be thrown away by
    /// <see cref="EndDiversion"/>, after which the run is what it was.
    /// </summary>
    public Diversion BeginDiversion()
    {
        if (Machine.IsMidway)
            GoTo(Present);
        return new Diversion(Present, Machine.KeepFuture());
    }

    /// <summary>Goes back to where a diversion began, and forgets it.</summary>
    /// <returns>False, and nothing is done, when history does not reach back to there any more.</returns>
    public bool EndDiversion(Diversion diversion)
    {
        if (diversion.Start < Oldest)
            return false;
        Restore(FindCheckpoint(diversion.Start.Count));
        CutHere();
        Machine.Reinstate(diversion.Future);
        GoTo(diversion.Start);
        return true;
    }

    /// <summary>
    /// Lets the run go another way from a moment, to see what becomes of it, and comes back. Nothing of it is kept, nothing leaves the machine,
    /// and nothing enters but what is known.
    /// </summary>
    /// <param name="from">The moment.</param>
    /// <param name="other">Makes the other way out of what the run does after it; null when it cannot be had.</param>
    /// <param name="look">Runs it and looks at it.</param>
    /// <returns>What was seen; the default value when the other way cannot be had.</returns>
    public T? Fork<T>(Moment from, Func<MachineFuture, MachineFuture?> other, Func<T> look)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(look);
        Moment here = Present;
        GoTo(from);
        KeepHere();
        Diversion diversion = BeginDiversion();
        T? seen = default;
        if (other(diversion.Future) is { } future)
        {
            CutHere();
            Machine.Reinstate(future);
            seen = look();
            EndDiversion(diversion);
        }

        GoTo(here);
        return seen;
    }

    /// <summary>Takes a checkpoint here, if a run first comes to its count here.</summary>
    public void KeepHere()
    {
        if (!Machine.CanKeep || _checkpoints[_pages.Present].Count >= Machine.Count)
            return;
        _pages.Mark();
        _checkpoints.Insert(_pages.Present, Machine.Keep());
        Thin();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.SliceDone -= OnSlice;
        _watcher?.Dispose();
        _pages.Dispose();
    }

    private StopReason Watch(IReadOnlyList<Probe> probes, Func<Hit, bool> found, Moment until, CancellationToken cancel)
    {
        void StopIfCancelled()
        {
            if (cancel.IsCancellationRequested)
                Machine.Stop();
        }

        Machine.SliceDone += StopIfCancelled;
        _watcher ??= new ProbeWatcher(Machine);
        _watcher.Begin(probes, found);
        try
        {
            return Machine.Run(until);
        }
        finally
        {
            _watcher.End();
            Machine.SliceDone -= StopIfCancelled;
        }
    }

    /// <summary>Forgets the checkpoints after the present one.</summary>
    private void CutHere()
    {
        _checkpoints.RemoveRange(_pages.Present + 1, _checkpoints.Count - _pages.Present - 1);
        _pages.Cut();
        Machine.SliceEnd = ulong.MaxValue;
    }

    /// <summary>The last checkpoint that is not after a count.</summary>
    private int FindCheckpoint(ulong count)
    {
        int found = _checkpoints.FindLastIndex(checkpoint => checkpoint.Count <= count);
        return Math.Max(found, 0);
    }

    private void Restore(int checkpoint)
    {
        Machine.Restore(_checkpoints[checkpoint]);
        _pages.GoTo(checkpoint);
        NoteNext();
    }

    private void NoteNext() => Machine.SliceEnd = _pages.Present + 1 < _checkpoints.Count ? _checkpoints[_pages.Present + 1].Count : ulong.MaxValue;

    private void OnSlice()
    {
        if (Machine.Count == Machine.SliceEnd)
        {
            _pages.Arrive();
            NoteNext();
        }
        else if (_pages.Present == _checkpoints.Count - 1)
        {
            // What has changed since the last checkpoint may be too much with the others. Another one here would not make it less.
            if (_pages.Bytes > _options.MaxBytes)
                Thin();
            ulong distance = Machine.Count - _checkpoints[^1].Count;
            if (distance >= _options.SpacingAt(Machine.Count) || (distance >= LeastSpacing && _pages.Bytes > _options.MaxBytes))
                KeepHere();
        }

        if (Machine.IsLive && Machine.InputBytes > _options.MaxInputBytes)
            ForgetInputs();
    }

    /// <summary>
    /// Forgets the oldest checkpoints, and what entered before those that are left: half of what may be kept, so that it is not
    /// done all the time.
    /// </summary>
    private void ForgetInputs()
    {
        KeepHere();
        if (Oldest > _start)
            Machine.Forget(_checkpoints[0]);
        while (Machine.InputBytes > _options.MaxInputBytes / 2 && _pages.Present > 0)
        {
            _pages.Remove(0);
            _checkpoints.RemoveAt(0);
            Machine.Forget(_checkpoints[0]);
        }

        NoteNext();
    }

    private static string Megabytes(long bytes) => bytes >> 20 > 0 ? $"{bytes >> 20} MB" : $"{bytes} bytes";

    /// <summary>Removes checkpoints until the bound is kept: those first that stand close to others, for how far they are from the present.</summary>
    private void Thin()
    {
        while (Bytes > _options.MaxBytes && _checkpoints.Count > 1)
        {
            int worst = -1;
            double least = double.MaxValue;
            for (int n = 1; n < _checkpoints.Count; n++)
            {
                if (n == _pages.Present)
                    continue;
                ulong next = n + 1 < _checkpoints.Count ? _checkpoints[n + 1].Count : Machine.Frontier;
                double distance = Math.Abs((double)Machine.Count - _checkpoints[n].Count) + 1;
                double gap = (next - _checkpoints[n - 1].Count) / distance;
                if (gap < least)
                    (worst, least) = (n, gap);
            }

            // Only the oldest and the present one are left: history begins later.
            worst = Math.Max(worst, 0);
            _pages.Remove(worst);
            _checkpoints.RemoveAt(worst);
        }

        NoteNext();
    }
}
