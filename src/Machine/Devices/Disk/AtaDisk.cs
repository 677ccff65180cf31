using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Disk;

/// <summary>
/// An ATA disk, alone on its cable, with the registers by which a host sees it (AT Attachment with Packet Interface 6): data go through the data
/// register (PIO) in blocks of one sector, or of as many as SET MULTIPLE says; addresses have 28 or 48 bits, or are cylinder, head and sector.
/// </summary>
/// <remarks>
/// What it does takes guest time, less than disks take: see the constants. There is no drive 1: while it is selected its status reads as 0 and its
/// commands have no effect. Out of reset, blocks of READ and WRITE MULTIPLE have the most sectors that they can have, so that drivers which leave
/// that setting alone get one interrupt for several sectors.
/// </remarks>
public sealed partial class AtaDisk : IStateful
{
    /// <summary>Most sectors of a block of READ or WRITE MULTIPLE.</summary>
    public const int MostMultiple = 8;

    private const ulong CommandNanoseconds = 50_000;
    private const ulong SectorNanoseconds = 5_000;
    private const ulong ResetNanoseconds = 1_000_000;

    private const byte Idle = AtaBits.Ready | AtaBits.SeekComplete;

    private readonly byte[] _block = new byte[MostMultiple * DiskContent.SectorSize];
    private readonly EventQueue _events;
    private readonly InterruptLine _interrupt;
    private readonly HardwareLog _log;
    private readonly TimedEvent _done;
    private ISectorSource? _source;

    /// <summary>Features, count and the three address registers: what was written last, and before that.</summary>
    private readonly byte[] _latest = new byte[AddressHigh + 1];
    private readonly byte[] _earlier = new byte[AddressHigh + 1];

    private byte _device;
    private byte _control;
    private byte _status = Idle;
    private byte _error = AtaBits.Passed;
    private bool _isInterrupting;
    private AtaWork _work;
    private AtaTransfer _transfer;
    private ulong _sector;
    private uint _left;
    private int _perBlock;
    private int _position;
    private int _length;
    private int _multiple = MostMultiple;
    private AtaGeometry _geometry = AtaGeometry.Usual;
    private bool _isCaching = true;
    private bool _looksAhead = true;
    private bool _isExtended;

    /// <summary>Creates a drive out of reset, without a disk in it.</summary>
    /// <param name="events">The machine's time.</param>
    /// <param name="interrupt">INTRQ.</param>
    /// <param name="log">Where accesses are reported that no driver should make.</param>
    public AtaDisk(EventQueue events, InterruptLine interrupt, HardwareLog log)
    {
        (_events, _interrupt, _log) = (events, interrupt, log);
        _done = events.Create("disk", OnDone);
        Sign();
    }

    /// <summary>Numbers of the registers of the command block.</summary>
    internal const int Data = 0, ErrorOrFeatures = 1, Count = 2, AddressLow = 3, AddressMiddle = 4, AddressHigh = 5, Device = 6, StatusOrCommand = 7;

    /// <summary>What it held before the guest wrote to it.</summary>
    /// <exception cref="InvalidOperationException">Nothing was put in.</exception>
    public ISectorSource Source => _source ?? throw new InvalidOperationException("The drive is empty.");

    /// <summary>Whether it is write-protected: commands that write fail.</summary>
    public bool IsWriteProtected { get; private set; }

    /// <summary>
    /// What the guest has made of it. It is no part of the saved state, which has its hash: who keeps a machine keeps this beside it.
    /// </summary>
    public DiskContent Content { get; set; } = DiskContent.Unwritten;

    /// <summary>The count of completed instructions at the last write; for those who keep its content on disk.</summary>
    public ulong LastWriteAt { get; private set; }

    /// <summary>Whether it is in the middle of a command.</summary>
    public bool IsBusy => (_status & (AtaBits.Busy | AtaBits.DataRequest)) != 0;

    /// <summary>Puts in the disk, before the machine runs.</summary>
    /// <param name="source">What it holds.</param>
    /// <param name="isWriteProtected">Whether commands that write are to fail.</param>
    public void Insert(ISectorSource source, bool isWriteProtected) =>
        (_source, IsWriteProtected, Content) = (source, isWriteProtected, DiskContent.Unwritten);

    /// <summary>Reads a sector as it is now.</summary>
    public void ReadSector(ulong sector, Span<byte> bytes)
    {
        if (!Content.TryRead(sector, bytes))
            Source.Read(sector, bytes);
    }

    /// <summary>Reads the alternate status register: the status, with the interrupt left as it is.</summary>
    public byte AlternateStatus => IsSelected ? _status : (byte)0;

    /// <summary>Reads a register of the command block other than the data register.</summary>
    /// <param name="register">Its number, 1 to 7.</param>
    public byte Read(int register)
    {
        switch (register)
        {
            case ErrorOrFeatures:
                return _error;
            case Device:
                return (byte)(_device | 0xa0);
            case StatusOrCommand:
                SetInterrupt(false);
                return AlternateStatus;
            default:
                return (_control & AtaBits.Earlier) != 0 ? _earlier[register] : _latest[register];
        }
    }

    /// <summary>Writes a register of the command block other than the data register.</summary>
    /// <param name="register">Its number, 1 to 7.</param>
    /// <param name="value">The byte.</param>
    public void Write(int register, byte value)
    {
        if (IsBusy)
        {
            _log.ReportOnce($"The disk's register {register} is written while it is busy, which has no effect", $"disk {register}");
            return;
        }

        _control &= unchecked((byte)~AtaBits.Earlier);
        if (register == StatusOrCommand)
        {
            SetInterrupt(false);
            if (IsSelected || (AtaCommand)value == AtaCommand.ExecuteDiagnostic)
                Begin((AtaCommand)value);
        }
        else if (register == Device)
        {
            _device = value;
            UpdateLine();
        }
        else
        {
            (_earlier[register], _latest[register]) = (_latest[register], value);
        }
    }

    /// <summary>Writes the device control register.</summary>
    public void WriteControl(byte value)
    {
        bool wasReset = (_control & AtaBits.SoftReset) != 0;
        _control = value;
        if ((value & AtaBits.SoftReset) != 0)
        {
            _done.Cancel();
            (_status, _work, _transfer, _isInterrupting) = (AtaBits.Busy, AtaWork.None, AtaTransfer.None, false);
        }
        else if (wasReset)
        {
            Start(AtaWork.Reset, ResetNanoseconds);
        }

        UpdateLine();
    }

    /// <summary>Reads the data register.</summary>
    /// <returns>16 bits, the first byte of the two in the lower half; all ones where no data are to be read.</returns>
    public ushort ReadData()
    {
        if ((_status & AtaBits.DataRequest) == 0 || _transfer == AtaTransfer.Out || !IsSelected)
            return ushort.MaxValue;
        ushort word = (ushort)(_block[_position] | (_block[_position + 1] << 8));
        _position += 2;
        if (_position < _length)
            return word;
        if (_transfer == AtaTransfer.In && Advance())
            Start(AtaWork.Load, SectorNanoseconds);
        else
            (_status, _transfer) = (Idle, AtaTransfer.None);
        return word;
    }

    /// <summary>Writes the data register.</summary>
    /// <param name="word">16 bits, the first byte of the two in the lower half; without effect where no data are wanted.</param>
    public void WriteData(ushort word)
    {
        if ((_status & AtaBits.DataRequest) == 0 || _transfer != AtaTransfer.Out || !IsSelected)
            return;
        _block[_position] = (byte)word;
        _block[_position + 1] = (byte)(word >> 8);
        _position += 2;
        if (_position == _length)
            Start(AtaWork.Store, SectorNanoseconds);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_latest);
        writer.Write(_earlier);
        foreach (byte register in (ReadOnlySpan<byte>)[_device, _control, _status, _error, (byte)_work, (byte)_transfer])
            writer.Write(register);
        writer.Write(_isInterrupting);
        writer.Write(_sector);
        writer.Write(_left);
        writer.Write(_perBlock);
        writer.Write(_position);
        writer.Write(_length);
        writer.Write(_multiple);
        writer.Write(_geometry.Heads);
        writer.Write(_geometry.Sectors);
        writer.Write(_isCaching);
        writer.Write(_looksAhead);
        writer.Write(_isExtended);
        writer.Write(IsWriteProtected);
        writer.Write(_block);
        writer.Write(Content.Hash);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.ReadBytes(_latest);
        reader.ReadBytes(_earlier);
        (_device, _control, _status, _error) = (reader.ReadByte(), reader.ReadByte(), reader.ReadByte(), reader.ReadByte());
        (_work, _transfer) = ((AtaWork)reader.ReadByte(), (AtaTransfer)reader.ReadByte());
        _isInterrupting = reader.ReadBoolean();
        _sector = reader.ReadUInt64();
        _left = reader.ReadUInt32();
        _perBlock = reader.ReadInt32();
        _position = reader.ReadInt32();
        _length = reader.ReadInt32();
        _multiple = reader.ReadInt32();
        _geometry = new AtaGeometry(reader.ReadByte(), reader.ReadByte());
        _isCaching = reader.ReadBoolean();
        _looksAhead = reader.ReadBoolean();
        _isExtended = reader.ReadBoolean();
        IsWriteProtected = reader.ReadBoolean();
        reader.ReadBytes(_block);
        _ = reader.ReadUInt64(); // The content itself is put back by who kept it
        LastWriteAt = _events.Now;
        _interrupt.Restore(IsLineActive);
    }

    private bool IsSelected => (_device & AtaBits.Second) == 0;

    private bool IsLineActive => _isInterrupting && IsSelected && (_control & AtaBits.NoInterrupt) == 0;

    private void SetInterrupt(bool isInterrupting)
    {
        _isInterrupting = isInterrupting;
        UpdateLine();
    }

    private void UpdateLine() => _interrupt.Set(IsLineActive);

    private void Start(AtaWork work, ulong nanoseconds)
    {
        (_status, _work) = (AtaBits.Busy, work);
        _done.ScheduleIn(Math.Max(1, nanoseconds * _events.InstructionsPerSecond / 1_000_000_000));
    }
}
