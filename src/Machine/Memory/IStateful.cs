namespace PpcJit.Machine.Memory;

/// <summary>Something with state that a guest can observe: it takes part in state hashes and snapshots.</summary>
public interface IStateful
{
    /// <summary>Writes the whole guest-visible state, in a fixed order.</summary>
    void Save(StateWriter writer);

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    void Load(StateReader reader);
}
