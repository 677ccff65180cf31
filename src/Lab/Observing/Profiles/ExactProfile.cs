using PpcJit.Lab.Observing.Flow;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>Counts where every instruction of a run was: by function, callers, task, exception and state of the processor.</summary>
internal sealed class ExactProfile : IStackListener
{
    /// <summary>
    /// Nodes that the tree may have, of some 300 bytes each; what is called from where it is full counts for the
    /// caller's node of that function.
    /// </summary>
    private const int MaxNodes = 1_000_000;

    /// <summary>Frames on the ways to all nodes together, as files that name each way have them.</summary>
    private const long MaxFrames = 32_000_000;

    private int _nodes;
    private long _frames;

    /// <summary>All tasks.</summary>
    public ProfileNode Root { get; } = new(null, FrameKind.Task, "all", null);

    /// <summary>Whether the tree was full, so that some callers are missing; no instruction is.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Instructions counted.</summary>
    public ulong Instructions { get; private set; }

    /// <inheritdoc/>
    public void Entered(TaskStack task, CallFrame frame)
    {
        if (frame.Below is not { } below)
        {
            frame.Tag = Root.Child(task);
            return;
        }

        ProfileNode parent = (ProfileNode)below.Tag!;
        if ((_nodes >= MaxNodes || _frames >= MaxFrames) && !parent.Has(frame))
        {
            // Right below the task there is room for each function once, and at last for none.
            IsFull = true;
            parent = Root.Child(task);
            if (_nodes >= 2 * MaxNodes && !parent.Has(frame))
            {
                frame.Tag = parent;
                return;
            }
        }

        ProfileNode node = parent.Child(frame);
        if (node.Calls++ == 0)
            (_nodes, _frames) = (_nodes + 1, _frames + frame.Depth);
        frame.Tag = node;
    }

    /// <inheritdoc/>
    public void Left(TaskStack task, CallFrame frame, ulong count)
    {
    }

    /// <inheritdoc/>
    public void Switched(TaskStack task)
    {
    }

    /// <inheritdoc/>
    public void Spent(TaskStack task, CallFrame frame, ulong instructions, ulong waited, bool isUser)
    {
        ProfileNode node = (ProfileNode)frame.Tag!;
        Instructions += instructions;
        node.Waited += waited;
        if (isUser)
            node.User += instructions;
        else
            node.Kernel += instructions;
    }

    /// <summary>Adds up the self counts by function.</summary>
    public IReadOnlyList<FunctionTotals> Functions()
    {
        Dictionary<string, FunctionTotals> totals = new(StringComparer.Ordinal);
        Collect(Root, [], totals);
        return [.. totals.Values.OrderByDescending(total => total.Self).ThenBy(total => total.Name, StringComparer.Ordinal)];
    }

    private static void Collect(ProfileNode root, Dictionary<string, int> onPath, Dictionary<string, FunctionTotals> totals)
    {
        Stack<(ProfileNode Node, bool IsDone)> left = new([(root, false)]);
        while (left.TryPop(out (ProfileNode Node, bool IsDone) next))
        {
            (ProfileNode node, bool isDone) = next;
            if (isDone)
            {
                onPath[node.Name]--;
                continue;
            }

            if (node.Function is not null)
            {
                int outer = onPath.GetValueOrDefault(node.Name);
                onPath[node.Name] = outer + 1;
                if (!totals.TryGetValue(node.Name, out FunctionTotals? total))
                    totals[node.Name] = total = new FunctionTotals(node.Name);
                total.Self += node.Self;
                total.Calls += node.Calls;

                // A function that calls itself counts once.
                total.Total += outer == 0 ? node.Total : 0;
                left.Push((node, true));
            }

            foreach (ProfileNode child in node.Children)
                left.Push((child, false));
        }
    }
}

/// <summary>What a function took altogether.</summary>
/// <param name="name">The function.</param>
internal sealed class FunctionTotals(string name)
{
    public string Name => name;

    /// <summary>Instructions of its own.</summary>
    public ulong Self { get; set; }

    /// <summary>Its own and those of all that it called.</summary>
    public ulong Total { get; set; }

    /// <summary>How often it was entered.</summary>
    public ulong Calls { get; set; }
}
