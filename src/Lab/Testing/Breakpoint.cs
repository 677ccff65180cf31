using PpcJit.Lab.Debugging;

namespace PpcJit.Lab.Testing;

/// <summary>Stops a <see cref="GuestMachine"/> wherever something happens, until it is disposed.</summary>
public sealed class Breakpoint : IDisposable
{
    private readonly ICollection<Breakpoint> _all;

    internal Breakpoint(string text, Probe probe, ICollection<Breakpoint> all)
    {
        (Text, Probe, _all) = (text, probe, all);
        all.Add(this);
    }

    /// <summary>What it stops at, as it was said.</summary>
    public string Text { get; }

    /// <summary>What it stops at.</summary>
    public Probe Probe { get; }

    /// <summary>Takes it away.</summary>
    public void Dispose() => _all.Remove(this);
}
