using System.Reflection.Emit;
using PpcJit.Jit.Analysis;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// The dirty registers of a place: those whose local may differ from the state, so that leaving the region must store
/// them. Places with the same dirty registers share the code that stores them.
/// </summary>
/// <param name="changed">The registers, as resources.</param>
/// <param name="sources">The comparisons that CR fields among them still stand for.</param>
internal sealed class DirtyRegisters(ulong changed, CrSources sources)
{
    private readonly List<Stub> _stubs = [];
    private readonly Label?[] _storers = new Label?[2];

    /// <summary>The registers, as resources.</summary>
    public ulong Changed => changed;

    /// <summary>The comparisons that CR fields among them still stand for.</summary>
    public CrSources Sources => sources;

    /// <summary>Whether storing more than this stores this too.</summary>
    public bool IsPartOf(DirtyRegisters more) =>
        (changed & ~more.Changed) == 0 && sources.Equals(more.Sources.Of(changed));

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
