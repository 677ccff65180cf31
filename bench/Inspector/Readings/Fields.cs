using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;

namespace PpcJit.Inspector.Readings;

/// <summary>Reads fields of objects in another process.</summary>
internal static class Fields
{
    private static readonly Field ListItems = new(typeof(List<>), "_items");
    private static readonly Field ListSize = new(typeof(List<>), "_size");
    private static readonly Field DictionaryCount = new(typeof(Dictionary<,>), "_count");
    private static readonly Field DictionaryFree = new(typeof(Dictionary<,>), "_freeCount");

    /// <summary>Reads a number.</summary>
    /// <exception cref="BenchException">There is no such field.</exception>
    public static T Value<T>(ClrObject owner, Field field)
        where T : unmanaged => owner.ReadField<T>(Find(owner, field));

    /// <summary>Reads a reference.</summary>
    /// <exception cref="BenchException">There is no such field.</exception>
    public static ClrObject Object(ClrObject owner, Field field) => owner.ReadObjectField(Find(owner, field));

    /// <summary>Counts the items of a list or dictionary.</summary>
    public static int Count(ClrObject collection) =>
        collection.Type?.GetFieldByName(DictionaryFree.Name) is not null
            ? Value<int>(collection, DictionaryCount) - Value<int>(collection, DictionaryFree)
            : Value<int>(collection, ListSize);

    /// <summary>
    /// Reads the items of a list of objects. A list that was stopped in the middle of a change may have a place without
    /// an object: it is passed over.
    /// </summary>
    public static IEnumerable<ClrObject> Items(ClrObject list)
    {
        // The array of an empty list may have no room at all, of which nothing can be read.
        int count = Count(list);
        ulong[] addresses = count == 0 ? [] : Object(list, ListItems).AsArray().ReadValues<ulong>(0, count) ?? [];
        return addresses.Select(list.Type!.Heap.GetObject).Where(item => item.Type is not null);
    }

    /// <summary>Reads an array of objects.</summary>
    public static IEnumerable<ClrObject> Objects(ClrObject array) => Values<ulong>(array).Select(array.Type!.Heap.GetObject);

    /// <summary>Reads an array of numbers.</summary>
    public static IReadOnlyList<long> Numbers(ClrObject array) => Values<long>(array);

    /// <summary>Reads a whole array. Of one without elements nothing can be read.</summary>
    private static T[] Values<T>(ClrObject array)
        where T : unmanaged
    {
        int length = array.AsArray().Length;
        return length == 0 ? [] : array.AsArray().ReadValues<T>(0, length) ?? [];
    }

    private static ClrInstanceField Find(ClrObject owner, Field field) =>
        owner.Type?.GetFieldByName(field.Name) ?? owner.Type?.GetFieldByName(field.BackingName)
        ?? throw new BenchException(
            $"{owner.Type?.Name} has no {field.Name}: the process runs another version of PpcJit than the one with which the inspector was built.");
}
