using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why;

/// <summary>Something that may have changed values: an instruction that completed, an exception, or a store that no instruction did.</summary>
/// <param name="At">The moment before it.</param>
/// <param name="Pc">Effective address of the instruction; where an exception came, the address that it returns to.</param>
/// <param name="Word">The instruction; 0 for the others.</param>
/// <param name="Exception">Which exception it is; null for the others.</param>
/// <param name="FirstAccess">Index of its first access among those of the trace.</param>
/// <param name="Accesses">How many accesses it did.</param>
internal readonly record struct TracedEvent(Moment At, uint Pc, uint Word, ExceptionKind? Exception, int FirstAccess, int Accesses)
{
    /// <summary><see cref="TlbEntry"/> where all entries were invalidated.</summary>
    public const int AllTlbEntries = -1;

    /// <summary>Effective address of the instruction; where an exception came, of the one ahead of which it came, or which caused it.</summary>
    public uint Where => Exception == ExceptionKind.SystemCall ? Pc - sizeof(uint) : Pc;

    /// <summary>Whether a device or a person stored, and no instruction.</summary>
    public bool IsForeignStore => Exception is null && Word == 0;

    /// <summary>Which entry of the TLB the instruction wrote; null for none.</summary>
    public int? TlbEntry { get; init; }
}

/// <summary>An access to memory or a device.</summary>
/// <param name="Effective">The effective address; the physical one where no instruction did it.</param>
/// <param name="Physical">Where.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsStore">Whether it is a store.</param>
/// <param name="IsForeign">Whether a device or a person did it.</param>
internal readonly record struct TracedAccess(uint Effective, uint Physical, uint Size, bool IsStore, bool IsForeign = false)
{
    /// <summary>Whether it touches bytes of memory.</summary>
    public bool Touches(ValuePlace place) => Physical - place.Address < place.Length || place.Address - Physical < Size;
}
