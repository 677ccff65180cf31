using System.Reflection.Emit;
using Microsoft.Diagnostics.Runtime;
using PpcJit.Jit;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Inspector.Readings;

/// <summary>The objects of a managed heap that tell something about the fast engine or what enters a run, found in one walk.</summary>
internal sealed class HeapObjects
{
    /// <summary>The types that are counted.</summary>
    public static readonly IReadOnlyList<Type> Kinds =
    [
        typeof(JitEngine), typeof(CodePage), typeof(Region), typeof(CodeContext), typeof(MappedPage), typeof(CompileRequest), typeof(DynamicMethod),
    ];

    private readonly Dictionary<string, List<ClrObject>> _found =
        Kinds.Concat([typeof(Thread), typeof(GuestMachine)]).ToDictionary(kind => kind.FullName!, _ => new List<ClrObject>());

    /// <summary>
    /// All objects of a type, those included that nobody refers to any more and that no collection has removed yet.
    /// </summary>
    public IReadOnlyList<ClrObject> this[Type kind] => _found[kind.FullName!];

    /// <summary>Walks a heap.</summary>
    public static HeapObjects Collect(ClrHeap heap)
    {
        HeapObjects objects = new();

        // Asking a type for its name for each of its objects would cost more than the walk.
        Dictionary<ulong, List<ClrObject>?> byTable = [];
        foreach (ClrObject found in heap.EnumerateObjects())
        {
            if (found.Type is not { } type)
                continue;
            if (!byTable.TryGetValue(type.MethodTable, out List<ClrObject>? list))
                byTable[type.MethodTable] = list = type.Name is { } name ? objects._found.GetValueOrDefault(name) : null;
            list?.Add(found);
        }

        return objects;
    }
}
