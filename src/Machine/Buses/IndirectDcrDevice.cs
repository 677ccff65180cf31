using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>
/// A controller whose registers are reached through two DCRs: CFGADDR holds the index of the register that CFGDATA
/// reads and writes.
/// </summary>
public abstract class IndirectDcrDevice : IDcrDevice, INamedRegisters
{
    private readonly uint _addressDcr;
    private uint _index;

    /// <summary>Creates the controller.</summary>
    /// <param name="addressDcr">DCR number of CFGADDR; CFGDATA is the next one.</param>
    /// <param name="registers">The registers by index.</param>
    protected IndirectDcrDevice(uint addressDcr, RegisterFile registers)
    {
        _addressDcr = addressDcr;
        Registers = registers;
    }

    /// <summary>DCR number of CFGDATA.</summary>
    public uint DataDcr => _addressDcr + 1;

    /// <summary>The index in CFGADDR: which register CFGDATA is now.</summary>
    public uint Index => _index;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => Registers.NamedRegisters;

    /// <summary>The registers by index.</summary>
    protected RegisterFile Registers { get; }

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => number == _addressDcr ? _index : ReadRegister(_index);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        if (number == _addressDcr)
            _index = value;
        else
            WriteRegister(_index, value);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_index);
        Registers.Save(writer);
    }

    /// <inheritdoc/>
    public virtual void Load(StateReader reader)
    {
        _index = reader.ReadUInt32();
        Registers.Load(reader);
    }

    /// <summary>Reads the register with an index, which may be any 32 bits.</summary>
    protected virtual uint ReadRegister(uint index) => Registers.Read(index);

    /// <summary>Writes the register with an index, which may be any 32 bits.</summary>
    protected abstract void WriteRegister(uint index, uint value);
}
