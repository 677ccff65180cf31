using System.Reflection.Emit;
using PpcJit.Jit.Analysis;

namespace PpcJit.Jit.Emitting;

/// <summary>What leaving a region must store at a place, and the code that was made for it. Places with the same have the same code.</summary>
/// <param name="changed">Resources that may differ from the state.</param>
/// <param name="sources">Those CR fields among them that are comparisons still.</param>
internal sealed class Unstored(ulong changed, CrSources sources)
{
    private readonly List<Stub> _stubs = [];
    private readonly Label?[] _storers = new Label?[2];

    public ulong Changed => changed;

    public CrSources Sources => sources;

    /// <summary>Whether storing more than this stores this too.</summary>
    public bool IsPartOf(Unstored more) => (changed & ~more.Changed) == 0 && sources.Equals(more.Sources.Of(changed));

    /// <summary>Finds the code that says how the region is left, and then stores.</summary>
    /// <param name="way">Which way out.</param>
    /// <param name="value">The exit code or the target.</param>
    public Stub? FindStub(WayOut way, uint value) => _stubs.Find(stub => stub.Way == way && stub.Value == value);

    /// <summary>Adds such code.</summary>
    /// <returns>Its label.</returns>
    public Label AddStub(WayOut way, uint value, Label label)
    {
        _stubs.Add(new Stub(way, value, label));
        return label;
    }

    /// <summary>Where the code that stores begins; null as long as it is not needed.</summary>
    public Label? Storer(WayOut way) => _storers[(int)way];

    /// <summary>Says where it will begin.</summary>
    public Label SetStorer(WayOut way, Label label)
    {
        _storers[(int)way] = label;
        return label;
    }

    /// <summary>Code that says how the region is left.</summary>
    /// <param name="Way">Which way out.</param>
    /// <param name="Value">The exit code or the target.</param>
    /// <param name="Label">Where it begins.</param>
    internal sealed record Stub(WayOut Way, uint Value, Label Label);
}

/// <summary>The shared ways out of a region.</summary>
internal enum WayOut
{
    /// <summary>Back to the dispatcher.</summary>
    Exit,

    /// <summary>On to the region of another address.</summary>
    Jump,
}
