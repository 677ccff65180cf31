using System.Runtime.InteropServices;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Observing.Timelines;

/// <summary>
/// Collects what happens in a run by time: tasks with their functions, exceptions, interrupts, TLB misses, accesses to
/// devices, the console.
/// </summary>
internal sealed unsafe class RunTimeline : IStackListener
{
    /// <summary>Slices of a task, of which there may be many; of other tracks.</summary>
    private const int MaxFunctions = 300_000, MaxSlices = 100_000;
    private const int MaxTasks = 200;

    /// <summary>Slices of all tracks together, of some 50 bytes each while they are collected.</summary>
    private const int MaxAll = 6_000_000;

    private readonly ObservedGuest _guest;
    private readonly DeviceNames _devices;
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, TimelineTrack> _tracks = [];
    private readonly TimelineTrack _running;
    private readonly ConsoleLines _printed;
    private int _kept;
    private int _switches;
    private string? _present;
    private ulong _presentSince;

    public RunTimeline(ObservedGuest guest)
    {
        _guest = guest;
        _devices = new DeviceNames(guest.Board);
        _printed = new ConsoleLines(guest, line => Happens(Track("console", "console", MaxSlices), line));
        _running = Track("running task", "processor", MaxSlices);
    }

    /// <summary>The tracks in the order in which they were first used.</summary>
    public IEnumerable<TimelineTrack> Tracks => _tracks.Values.OrderBy(track => Order(track.Group));

    /// <summary>The names of slices by number.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Instructions that the guest executes in a second of its time.</summary>
    public ulong InstructionsPerSecond => _guest.Board.Events.InstructionsPerSecond;

    /// <summary>Gives the guest time at a count, in nanoseconds.</summary>
    public ulong Nanoseconds(ulong count) => _guest.Board.Events.Nanoseconds(count);

    private ulong Now => _guest.State->InstructionCount;

    /// <summary>Begins.</summary>
    public void Begin()
    {
        _guest.Processor.InterruptRaised += OnRaised;
        _devices.Begin(Note);
        _printed.Begin();
    }

    /// <summary>Ends. The stacks are to be finished before.</summary>
    public void End()
    {
        _guest.Processor.InterruptRaised -= OnRaised;
        _devices.End();
        _printed.End();
        EndPresent();
    }

    /// <inheritdoc/>
    public void Entered(TaskStack task, CallFrame frame)
    {
        if (frame.Kind == FrameKind.Task && _present is null)
            Switched(task);
        if (frame.Kind == FrameKind.Exception)
            frame.Tag = _switches;
    }

    /// <inheritdoc/>
    public void Left(TaskStack task, CallFrame frame, ulong count)
    {
        string name = frame.Function?.Name ?? $"[{ExceptionNames.NameOf(frame.Exception)}]";
        Add(TaskTrack(task), frame.Entered, count, name, frame.Depth - 1);
        if (frame.Kind != FrameKind.Exception)
            return;
        string group = Group(frame.Exception);

        // Where other tasks ran before the return, what it lasted is theirs: the moment alone is shown, and slices of one track nest.
        bool isAlone = IsAlone(frame);
        int depth = 0;
        for (CallFrame? outer = frame.Below; outer is not null && isAlone; outer = outer.Below)
            depth += outer.Kind == FrameKind.Exception && IsAlone(outer) && Group(outer.Exception) == group ? 1 : 0;
        Add(Track(group, group, MaxSlices), frame.Entered, isAlone ? count : frame.Entered, ExceptionNames.NameOf(frame.Exception), depth);
    }

    private bool IsAlone(CallFrame frame) => frame.Tag is int switches && switches == _switches;

    /// <inheritdoc/>
    public void Switched(TaskStack task)
    {
        EndPresent();
        (_present, _presentSince) = (task.Name, Now);
        _switches++;
    }

    /// <inheritdoc/>
    public void Spent(TaskStack task, CallFrame frame, ulong instructions, ulong waited, bool isUser)
    {
    }

    private static string Group(ExceptionKind kind) => kind switch
    {
        ExceptionKind.DataTlbMiss or ExceptionKind.InstructionTlbMiss => "TLB misses",
        _ => kind.IsInterrupt() ? "interrupts" : "exceptions",
    };

    private static int Order(string group) => group switch
    {
        "processor" => 0,
        "tasks" => 1,
        "exceptions" => 2,
        "interrupts" => 3,
        "TLB misses" => 4,
        "console" => 6,
        _ => 5,
    };

    private TimelineTrack TaskTrack(TaskStack task) => task.Number < MaxTasks
        ? Track($"task {task.Name}", "tasks", MaxFunctions)
        : Track("further tasks", "tasks", 1);

    private TimelineTrack Track(string name, string group, int most)
    {
        if (!_tracks.TryGetValue(name, out TimelineTrack? track))
            _tracks[name] = track = new TimelineTrack(name, group, most);
        return track;
    }

    private int Number(string name)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, name, out bool known);
        if (known)
            return number;
        number = _names.Count;
        _names.Add(name);
        return number;
    }

    private void Happens(TimelineTrack track, string name) => Add(track, Now, Now, name, 0);

    private void EndPresent()
    {
        if (_present is not null)
            Add(_running, _presentSince, Now, _present, 0);
    }

    /// <summary>Adds a slice, if its track takes it: of what is left out, not even the name is kept.</summary>
    private void Add(TimelineTrack track, ulong start, ulong end, string name, int depth)
    {
        if (!track.Takes(end - start))
            return;
        _kept -= track.Slices.Count;
        track.Add(new TimelineSlice(start, end, Number(name), depth));
        _kept += track.Slices.Count;
        if (_kept <= MaxAll)
            return;
        foreach (TimelineTrack each in _tracks.Values)
            each.Halve();
        _kept = _tracks.Values.Sum(each => each.Slices.Count);
    }

    private void OnRaised(InterruptSource source) => Happens(Track("interrupts raised", "interrupts", MaxSlices), source.ToString());

    private void Note(BusAccess access, bool isDcr)
    {
        if (_guest.IsOutside)
            return;
        (string device, string register) = _devices.Find(access, isDcr);
        Happens(Track(device, "devices", MaxSlices), access.IsWrite ? $"{register} written" : $"{register} read");
    }
}
