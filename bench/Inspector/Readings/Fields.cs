using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;

namespace PpcJit.Inspector.Readings;

/// <summary>Reads fields and automatic properties of objects in another process by name.</summary>
internal static class Fields
{
    /// <summary>Reads a number.</summary>
    /// <exception cref="BenchException">There is no such field.</exception>
    public static T Value<T>(ClrObject owner, string name)
        where T : unmanaged => owner.ReadField<T>(Find(owner, name));

    /// <summary>Reads a reference.</summary>
    /// <exception cref="BenchException">There is no such field.</exception>
    public static ClrObject Object(ClrObject owner, string name) => owner.ReadObjectField(Find(owner, name));

    /// <summary>Counts the items of a list or dictionary.</summary>
    public static int Count(ClrObject collection) =>
        collection.Type?.GetFieldByName("_freeCount") is not null
            ? Value<int>(collection, "_count") - Value<int>(collection, "_freeCount")
            : Value<int>(collection, "_size");

    /// <summary>
    /// Reads the items of a list of objects. A list that was stopped in the middle of a change may have a place without
    /// an object: it is passed over.
    /// </summary>
    public static IEnumerable<ClrObject> Items(ClrObject list)
    {
        // The array of an empty list may have no room at all, of which nothing can be read.
        int count = Count(list);
        ulong[] addresses = count == 0 ? [] : Object(list, "_items").AsArray().ReadValues<ulong>(0, count) ?? [];
        return addresses.Select(list.Type!.Heap.GetObject).Where(item => item.Type is not null);
    }

    /// <summary>Reads an array of objects.</summary>
    public static IEnumerable<ClrObject> Objects(ClrObject array) =>
        (array.AsArray().ReadValues<ulong>(0, array.AsArray().Length) ?? []).Select(array.Type!.Heap.GetObject);

    /// <summary>Reads an array of numbers.</summary>
    public static IReadOnlyList<long> Numbers(ClrObject array) => array.AsArray().ReadValues<long>(0, array.AsArray().Length) ?? [];

    private static ClrInstanceField Find(ClrObject owner, string name) =>
        owner.Type?.GetFieldByName(name) ?? owner.Type?.GetFieldByName($"<{name}>k__BackingField")
        ?? throw new BenchException(
            $"{owner.Type?.Name} has no {name}: the process runs another version of PpcJit than the one with which the inspector was built.");
}
