using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// IIC0, the 405's I2C controller as bus master (405GP User's Manual, "IIC Bus Interface"). A transfer that software
/// requests is over when the store to CNTL completes: acknowledged, or aborted because no chip answers, so no driver
/// ever waits in vain. The slave side never sees a request. Software may also move the lines itself, through
/// DIRECTCNTL.
/// </summary>
public sealed class IicController : ByteDevice, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x11;

    private const int BufferSize = 4;
    private readonly InterruptLine _interrupt;
    private readonly I2cBus _bus;
    private readonly I2cLines _lines;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _buffered;
    private bool _isBusHeld;
    private bool _restarts;
    private byte _lowMasterAddress;
    private byte _highMasterAddress;
    private byte _control;
    private byte _modeControl;
    private byte _status;
    private byte _extendedStatus;
    private byte _lowSlaveAddress;
    private byte _highSlaveAddress;
    private byte _clockDivide;
    private byte _interruptMask;
    private byte _transferCount;
    private byte _extendedControl;

    /// <summary>Creates the controller in its reset state.</summary>
    /// <param name="interrupt">The line it drives.</param>
    /// <param name="bus">The bus with its chips.</param>
    public IicController(InterruptLine interrupt, I2cBus bus)
    {
        _interrupt = interrupt;
        _bus = bus;
        _lines = new I2cLines(bus);
    }

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => 
    [
        new("MDBUF", 0, 2), new("SDBUF", 2, 2), new("LMADR", 4, 1), new("HMADR", 5, 1), new("CNTL", 6, 1),
            new("MDCNTL", 7, 1), new("STS", 8, 1), new("EXTSTS", 9, 1),
        new("LSADR", 0xa, 1), new("HSADR", 0xb, 1), new("CLKDIV", 0xc, 1), new("INTRMSK", 0xd, 1),
            new("XFRCNT", 0xe, 1), new("XTCNTLSS", 0xf, 1), new("DIRECTCNTL", 0x10, 1),
    ];

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_buffer);
        writer.Write(_buffered);
        _bus.Save(writer);
        writer.Write(_isBusHeld);
        writer.Write(_restarts);
        writer.Write(_lowMasterAddress);
        writer.Write(_highMasterAddress);
        writer.Write(_control);
        writer.Write(_modeControl);
        writer.Write(_status);
        writer.Write(_extendedStatus);
        writer.Write(_lowSlaveAddress);
        writer.Write(_highSlaveAddress);
        writer.Write(_clockDivide);
        writer.Write(_interruptMask);
        writer.Write(_transferCount);
        writer.Write(_extendedControl);
        _lines.Save(writer);
        writer.Write(_interrupt.Level);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        reader.ReadBytes(_buffer);
        _buffered = Math.Clamp(reader.ReadInt32(), 0, BufferSize);
        _bus.Load(reader);
        _isBusHeld = reader.ReadBoolean();
        _restarts = reader.ReadBoolean();
        _lowMasterAddress = reader.ReadByte();
        _highMasterAddress = reader.ReadByte();
        _control = reader.ReadByte();
        _modeControl = reader.ReadByte();
        _status = reader.ReadByte();
        _extendedStatus = reader.ReadByte();
        _lowSlaveAddress = reader.ReadByte();
        _highSlaveAddress = reader.ReadByte();
        _clockDivide = reader.ReadByte();
        _interruptMask = reader.ReadByte();
        _transferCount = reader.ReadByte();
        _extendedControl = reader.ReadByte();
        _lines.Load(reader);
        _interrupt.Restore(reader.ReadBoolean());
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset) => offset switch
    {
        0x00 or 0x01 => TakeFromBuffer(), // MDBUF is 16 bits wide: both bytes of a halfword come from the buffer
        0x04 => _lowMasterAddress,
        0x05 => _highMasterAddress,
        0x06 => _control,
        0x07 => _modeControl,
        0x08 => Status(),
        0x09 => (byte)(_extendedStatus | (_isBusHeld ? IicBits.BusMasterTransfer : IicBits.BusFree)),
        0x0a => _lowSlaveAddress,
        0x0b => _highSlaveAddress,
        0x0c => _clockDivide,
        0x0d => _interruptMask,
        0x0e => _transferCount,
        0x0f => _extendedControl,
        0x10 => DirectControl(),
        _ => 0, // SDBUF: the slave buffer is always empty
    };

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        switch (offset)
        {
            case 0x00 or 0x01: AddToBuffer(value); break;
            case 0x04: _lowMasterAddress = value; break;
            case 0x05: _highMasterAddress = value; break;
            case 0x06: WriteControl(value); break;
            case 0x07: WriteModeControl(value); break;
            case 0x08: _status &= (byte)~(value & IicBits.ClearableStatus); break;
            case 0x09: _extendedStatus &= (byte)~(value & IicBits.ClearableExtendedStatus); break;
            case 0x0a: _lowSlaveAddress = value; break;
            case 0x0b: _highSlaveAddress = value; break;
            case 0x0c: _clockDivide = value; break;
            case 0x0d: _interruptMask = value; break;
            case 0x0e: _transferCount = (byte)(value & 0x77); break;
            case 0x0f: WriteExtendedControl(value); break;
            case 0x10: _lines.Drive((value & IicBits.DriveClock) != 0, (value & IicBits.DriveData) != 0); break;
            default: break; // SDBUF: nobody is there to read it
        }

        UpdateInterrupt();
    }

    /// <summary>What software drives, and the levels that the lines have.</summary>
    private byte DirectControl()
    {
        int clock = _lines.Clock ? IicBits.DriveClock | IicBits.MonitorClock : 0;
        int driven = _lines.MasterData ? IicBits.DriveData : 0;
        int data = _lines.Data ? IicBits.MonitorData : 0;
        return (byte)(clock | driven | data);
    }

    private byte Status()
    {
        byte status = _status;
        if (_buffered > 0)
            status |= IicBits.BufferHasData;
        if (_buffered == BufferSize)
            status |= IicBits.BufferFull;
        if ((_extendedStatus & IicBits.Errors) != 0)
            status |= IicBits.Error;
        return status;
    }

    private byte TakeFromBuffer()
    {
        if (_buffered == 0)
            return 0;
        byte value = _buffer[0];
        Array.Copy(_buffer, 1, _buffer, 0, BufferSize - 1);
        _buffer[BufferSize - 1] = 0;
        _buffered--;
        return value;
    }

    private void AddToBuffer(byte value)
    {
        if (_buffered < BufferSize)
            _buffer[_buffered++] = value;
    }

    private void ClearBuffer()
    {
        Array.Clear(_buffer);
        _buffered = 0;
    }

    private void WriteControl(byte value)
    {
        _control = (byte)(value & ~(IicBits.PendingTransfer | IicBits.HaltTransfer)); // both are over when the store completes
        if ((value & IicBits.HaltTransfer) != 0)
            ReleaseBus();
        else if ((value & IicBits.PendingTransfer) != 0)
            Transfer();
    }

    private void WriteModeControl(byte value)
    {
        if ((value & IicBits.FlushMasterBuffer) != 0)
            ClearBuffer();
        _modeControl = (byte)(value & ~(IicBits.FlushMasterBuffer | IicBits.FlushSlaveBuffer));
    }

    private void WriteExtendedControl(byte value)
    {
        if ((value & IicBits.SoftReset) != 0)
            SoftReset();
        _extendedControl = (byte)(value & IicBits.SoftReset);
    }

    private void SoftReset()
    {
        ClearBuffer();
        ReleaseBus();
        (_lowMasterAddress, _highMasterAddress, _lowSlaveAddress, _highSlaveAddress) = (0, 0, 0, 0);
        (_control, _modeControl, _status, _extendedStatus) = (0, 0, 0, 0);
        (_clockDivide, _interruptMask, _transferCount, _extendedControl) = (0, 0, 0, 0);
        _lines.Drive(clock: true, data: true);
    }

    private void ReleaseBus()
    {
        _isBusHeld = false;
        _restarts = false;
        _bus.Stop();
    }

    private void Transfer()
    {
        bool isRead = (_control & IicBits.Read) != 0;
        int wanted = ((_control >> 4) & 3) + 1;
        int done = 0;
        bool acknowledged = (_isBusHeld && !_restarts) || Select(isRead);
        while (acknowledged && done < wanted)
        {
            if (isRead)
                AddToBuffer(_bus.Read());
            else
                acknowledged = _bus.Write(TakeFromBuffer());
            if (acknowledged)
                done++;
        }

        _transferCount = (byte)((_transferCount & 0x70) | done);
        _status |= IicBits.StopComplete;
        _extendedStatus &= IicBits.ClearableExtendedStatus & ~IicBits.TransferAborted & 0xff;
        if (!acknowledged)
            _extendedStatus |= IicBits.TransferAborted;

        bool isChained = (_control & IicBits.ChainTransfer) != 0;
        _restarts = !isChained && (_control & IicBits.RepeatedStart) != 0;
        _isBusHeld = acknowledged && (isChained || _restarts);
        if (!_isBusHeld)
            ReleaseBus();
        NoteInterrupt(acknowledged);
    }

    /// <summary>Addresses a chip; none with a 10-bit address is on any bus.</summary>
    private bool Select(bool isRead) =>
        (_control & IicBits.TenBitAddress) == 0 && _bus.Start((byte)((_lowMasterAddress & ~1) | (isRead ? 1 : 0)));

    private void NoteInterrupt(bool acknowledged)
    {
        byte causes = acknowledged
            ? IicBits.TransferCompleteInterrupt
            : (byte)(IicBits.TransferCompleteInterrupt | IicBits.TransferAbortedInterrupt);
        if ((_interruptMask & causes) != 0)
            _status |= IicBits.InterruptActive;
    }

    private void UpdateInterrupt() =>
        _interrupt.Set((_status & IicBits.InterruptActive) != 0 && (_modeControl & IicBits.EnableInterrupt) != 0);
}
