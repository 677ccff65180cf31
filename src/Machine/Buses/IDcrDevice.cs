using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>
/// A device whose registers are reached by <c>mfdcr</c> and <c>mtdcr</c> over the device control register bus.
/// </summary>
public interface IDcrDevice : IStateful
{
    /// <summary>Reads a device control register.</summary>
    /// <param name="number">The full DCR number, 0 to 0x3ff.</param>
    uint ReadDcr(uint number);

    /// <summary>Writes a device control register.</summary>
    /// <param name="number">The full DCR number, 0 to 0x3ff.</param>
    /// <param name="value">The 32 bits to write.</param>
    void WriteDcr(uint number, uint value);

    /// <summary>Whether reading a register may change the device.</summary>
    bool IsChangedByReads => true;

    /// <summary>Whether it is an interrupt controller: writes change nothing but it, others of the kind, and what the core is asked for.</summary>
    bool IsInterruptController => false;
}
