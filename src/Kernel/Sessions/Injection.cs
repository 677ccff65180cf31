using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>Something that a person changes in a machine between two instructions.</summary>
public abstract record Injection
{
    /// <summary>Changes the machine.</summary>
    /// <returns>False, with nothing changed, when that cannot be done.</returns>
    public abstract bool Apply(Board board);
}

/// <summary>Writes bytes into plain memory.</summary>
/// <param name="Physical">Physical address of the first.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record MemoryInjection(uint Physical, ReadOnlyMemory<byte> Bytes) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board) => board.Memory.TryStore(Physical, Bytes.Span);
}

/// <summary>Writes a register of a device, as the processor does.</summary>
/// <param name="Physical">Its physical address.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
/// <param name="Value">The value.</param>
public sealed record DeviceInjection(uint Physical, int Size, uint Value) : Injection
{
    /// <summary>Whether a device is there.</summary>
    public bool IsPossible(Board board) => Size is 1 or 2 or 4 && board.Memory.Find(Physical) is { Device: not null } window
        && window.Holds(Physical, Size);

    /// <inheritdoc/>
    public override bool Apply(Board board) => IsPossible(board) && board.Memory.TryWrite(Physical, Size, Value);
}

/// <summary>Writes a device control register, as <c>mtdcr</c> does.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">The value.</param>
public sealed record DcrInjection(uint Number, uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        if (!board.Dcr.Ranges.Any(range => Number >= range.First && Number <= range.Last))
            return false;
        board.Dcr.Write(Number, Value);
        return true;
    }
}

/// <summary>Writes a general register.</summary>
/// <param name="Number">0 to 31.</param>
/// <param name="Value">The value.</param>
public sealed unsafe record GprInjection(int Number, uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        if (Number is < 0 or > 31)
            return false;
        board.Processor.State->Gpr[Number] = Value;
        return true;
    }
}

/// <summary>Writes the PC.</summary>
/// <param name="Value">The address; its two low bits are ignored.</param>
public sealed unsafe record PcInjection(uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        board.Processor.State->Pc = Value & ~3u;
        return true;
    }
}

/// <summary>Writes the MSR.</summary>
/// <param name="Value">The value; reserved bits are ignored.</param>
public sealed unsafe record MsrInjection(uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        board.Processor.State->Msr = Value & Msr.Implemented;
        return true;
    }
}

/// <summary>Writes the condition register.</summary>
/// <param name="Value">The value.</param>
public sealed unsafe record CrInjection(uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        board.Processor.State->CrBits = Value;
        return true;
    }
}

/// <summary>Writes a special purpose register, as <c>mtspr</c> does: LR, CTR and XER too.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">The value.</param>
public sealed record SprInjection(int Number, uint Value) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board) => board.Processor.TryWriteSpr(Number, Value);
}

/// <summary>Makes a TLB entry invalid, as if another had replaced it.</summary>
/// <param name="Index">The entry, 0 to 63.</param>
public sealed record TlbEvictInjection(int Index) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        if (Index is < 0 or >= CpuState.TlbEntries)
            return false;
        board.Processor.Tlb.Evict(Index);
        return true;
    }
}

/// <summary>Raises an interrupt as a pulse; see <see cref="InterruptPulses"/>, by which a <see cref="GuestMachine"/> ends it.</summary>
/// <param name="Source">The core's interrupt; <see cref="InterruptSource.None"/> for an input of the interrupt controller.</param>
/// <param name="Input">The controllers' input, counted on over all of them; -1 for an interrupt of the core.</param>
public sealed record InterruptInjection(InterruptSource Source, int Input) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        new InterruptPulses(board).Raise(Source, Input);
        return true;
    }
}

/// <summary>Lets interrupts of a source come later than they could: they ask, and are taken when they are let go.</summary>
/// <param name="Source">The core's interrupt.</param>
/// <param name="Holds">Whether they are held from now on, or let go.</param>
public sealed record HoldInjection(InterruptSource Source, bool Holds) : Injection
{
    /// <inheritdoc/>
    public override bool Apply(Board board)
    {
        Processor processor = board.Processor;
        processor.HeldInterrupts = Holds ? processor.HeldInterrupts | (uint)Source : processor.HeldInterrupts & ~(uint)Source;
        return true;
    }
}
