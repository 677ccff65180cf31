namespace PpcJit.Kernel.Recording;

/// <summary>What entered a run, in order. Each thing has a number, which it keeps when older ones are forgotten.</summary>
/// <param name="size">Gives the bytes that a thing takes, about.</param>
internal sealed class InputLog<T>(Func<T, int> size)
{
    private readonly List<T> _kept = [];

    /// <summary>How many of the oldest were forgotten.</summary>
    public int Forgotten { get; private set; }

    /// <summary>How many there were.</summary>
    public int Count => Forgotten + _kept.Count;

    /// <summary>Those that were not forgotten.</summary>
    public IReadOnlyList<T> Kept => _kept;

    /// <summary>Bytes that these take, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>One by its number.</summary>
    public T this[int number]
    {
        get => _kept[number - Forgotten];
        set => _kept[number - Forgotten] = value;
    }

    /// <summary>Adds one.</summary>
    public void Add(T item)
    {
        _kept.Add(item);
        Bytes += size(item);
    }

    /// <summary>Adds several.</summary>
    public void AddRange(IEnumerable<T> items)
    {
        foreach (T item in items)
            Add(item);
    }

    /// <summary>Takes away those from a number on.</summary>
    public void Cut(int number) => Remove(number - Forgotten, Count - number);

    /// <summary>Forgets those before a number.</summary>
    public void Forget(int number)
    {
        int old = Math.Min(number, Count) - Forgotten;
        Remove(0, old);
        Forgotten += Math.Max(0, old);
    }

    /// <summary>Gives those from a number on.</summary>
    public T[] From(int number) => [.. _kept.Skip(number - Forgotten)];

    /// <summary>Puts others in place of those from a number on.</summary>
    public void Replace(int number, T[] items)
    {
        Cut(number);
        AddRange(items);
    }

    private void Remove(int first, int count)
    {
        if (count <= 0)
            return;
        for (int n = first; n < first + count; n++)
            Bytes -= size(_kept[n]);
        _kept.RemoveRange(first, count);
    }
}
