using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>A place in the tree of calls: what was called from what, in which task and by which exception.</summary>
internal sealed class ProfileNode
{
    private readonly Dictionary<(FrameKind Kind, int Number), ProfileNode> _children = [];
    private readonly string _name;

    public ProfileNode(ProfileNode? parent, FrameKind kind, string name, CodeFunction? function) =>
        (Parent, Kind, _name, Function) = (parent, kind, name, function);

    /// <summary>What called it; null at the root.</summary>
    public ProfileNode? Parent { get; }

    public FrameKind Kind { get; }

    /// <summary>The function, the exception in brackets, or the task.</summary>
    public string Name => Task?.Name ?? _name;

    /// <summary>The task, whose name may change; null where it is none.</summary>
    private TaskStack? Task { get; init; }

    /// <summary>The function; null where there is no function.</summary>
    public CodeFunction? Function { get; }

    /// <summary>Instructions in problem state.</summary>
    public ulong User { get; set; }

    /// <summary>Instructions in privileged state.</summary>
    public ulong Kernel { get; set; }

    /// <summary>Of these, how many were counted while the processor waited.</summary>
    public ulong Waited { get; set; }

    /// <summary>How often it was entered.</summary>
    public ulong Calls { get; set; }

    /// <summary>Instructions of its own.</summary>
    public ulong Self => User + Kernel;

    /// <summary>What it called, those first that took most.</summary>
    public IEnumerable<ProfileNode> Children => _children.Values.OrderByDescending(child => child.Total)
        .ThenBy(child => child.Name, StringComparer.Ordinal);

    /// <summary>Its own instructions and those of all that it called.</summary>
    public ulong Total { get; private set; }

    /// <summary>How many nodes there are from here on.</summary>
    public int Size => 1 + _children.Values.Sum(child => child.Size);

    /// <summary>Whether there is a child for a frame already.</summary>
    public bool Has(CallFrame frame) => _children.ContainsKey(Key(frame));

    /// <summary>Finds the node of a frame that was pushed on this one.</summary>
    public ProfileNode Child(CallFrame frame)
    {
        (FrameKind Kind, int Number) key = Key(frame);
        if (!_children.TryGetValue(key, out ProfileNode? child))
        {
            string name = frame.Function?.Name ?? $"[{ExceptionNames.NameOf(frame.Exception)}]";
            _children[key] = child = new ProfileNode(this, frame.Kind, name, frame.Function);
        }

        return child;
    }

    /// <summary>Finds the node of a task.</summary>
    public ProfileNode Child(TaskStack task)
    {
        if (!_children.TryGetValue((FrameKind.Task, task.Number), out ProfileNode? child))
            _children[(FrameKind.Task, task.Number)] = child = new ProfileNode(this, FrameKind.Task, task.Name, null) { Task = task };
        return child;
    }

    /// <summary>Adds up <see cref="Total"/> from here on.</summary>
    public ulong AddUp() => Total = Self + (ulong)_children.Values.Sum(child => (long)child.AddUp());

    /// <summary>All nodes from here on, parents ahead of their children.</summary>
    public IEnumerable<ProfileNode> All()
    {
        Stack<ProfileNode> left = new([this]);
        while (left.TryPop(out ProfileNode? node))
        {
            yield return node;
            foreach (ProfileNode child in node.Children.Reverse())
                left.Push(child);
        }
    }

    /// <summary>The nodes on the way to this one, from the task on.</summary>
    public IReadOnlyList<ProfileNode> Path()
    {
        List<ProfileNode> path = [];
        for (ProfileNode? node = this; node?.Parent is not null; node = node.Parent)
            path.Add(node);
        path.Reverse();
        return path;
    }

    private static (FrameKind Kind, int Number) Key(CallFrame frame) => (frame.Kind, frame.Function?.Number ?? (int)frame.Exception);
}
