using System.Buffers.Binary;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Flash;

/// <summary>
/// A parallel NOR flash with AMD's command set (Am29F040B and S29GL-N data sheets): autoselect, query, program, unlock bypass, buffered
/// program, sector and
/// chip erase with suspend, status by polling, sector protection. While it shows its array it is plain memory, from which code runs;
/// everything else is
/// answered here.
/// </summary>
/// <remarks>
/// Operations take guest time, less than the data sheets' typical ones, so that software polls and yet nobody waits: see the constants.
/// A program that would
/// make a 0 into a 1 fails with DQ5, and the chip then waits for a reset command.
/// </remarks>
public sealed class FlashChip : IMmioDevice
{
    private const ulong EraseWindowNanoseconds = 50_000;
    private const ulong ProgramNanoseconds = 2_000;
    private const ulong BufferNanoseconds = 10_000;
    private const ulong SectorEraseNanoseconds = 1_000_000;
    private const ulong RefusedNanoseconds = 1_000;

    private const uint UnlockMask = 0x7ff;
    private const uint Unlock1 = 0x555;
    private const uint Unlock2 = 0x2aa;
    private const byte QueryAddress = 0x55;

    private const byte Dq7 = 0x80;
    private const byte Dq6 = 0x40;
    private const byte Dq5 = 0x20;
    private const byte Dq3 = 0x08;
    private const byte Dq2 = 0x04;
    private const byte Dq1 = 0x02;

    private readonly EventQueue _events;
    private readonly bool[] _selected;
    private readonly bool[] _protected;
    private readonly ushort[] _buffer;
    private readonly bool[] _inBuffer;
    private PhysicalAddressSpace? _memory;
    private PhysicalWindow? _window;

    private FlashStep _step;
    private FlashOutput _output;
    private FlashActivity _activity;
    private bool _isSuspended;
    private bool _isBypassed;
    private bool _hasFailed;
    private bool _isAborted;
    private byte _toggles;
    private uint _target;
    private ushort _data;
    private uint _bufferLeft;
    private ulong _eraseLeft;

    /// <summary>Creates a chip that is not connected yet.</summary>
    /// <param name="model">What it is.</param>
    /// <param name="events">The machine's time.</param>
    public FlashChip(FlashModel model, EventQueue events)
    {
        Model = model;
        _events = events;
        Done = events.Create("flash", OnDone);
        _selected = new bool[model.Sectors];
        _protected = new bool[model.Sectors];
        _buffer = new ushort[Math.Max(1, model.BufferSize / (uint)model.Width)];
        _inBuffer = new bool[_buffer.Length];
    }

    /// <summary>What it is.</summary>
    public FlashModel Model { get; }

    /// <summary>Whether its write-protect pin is held: no command changes it, and autoselect shows all sectors as protected.</summary>
    public bool IsWriteProtected { get; set; }

    /// <summary>The count of completed instructions at the last command; for those who keep its content on disk.</summary>
    public ulong LastCommandAt { get; private set; }

    /// <summary>Whether it programs or erases now, or is in the middle of a command.</summary>
    public bool IsBusy => _activity != FlashActivity.None || _isSuspended || _step != FlashStep.Idle;

    /// <summary>What it holds.</summary>
    /// <exception cref="InvalidOperationException">It is not connected.</exception>
    public unsafe ReadOnlySpan<byte> Content => new(Window.Host, (int)Model.Size);

    /// <summary>The end of what it does by itself.</summary>
    internal TimedEvent Done { get; }

    private PhysicalWindow Window => _window ?? throw new InvalidOperationException("The flash is not connected.");

    private PhysicalAddressSpace Memory => _memory ?? throw new InvalidOperationException("The flash is not connected.");

    private uint Width => (uint)Model.Width;

    /// <summary>Puts the chip into an address space, erased.</summary>
    /// <param name="memory">The address space.</param>
    /// <param name="name">Name of the window.</param>
    /// <param name="start">First address.</param>
    public void Connect(PhysicalAddressSpace memory, string name, uint start)
    {
        _memory = memory;
        _window = memory.MapBehind(name, start, Model.Size, this);
        Fill(0, Model.Size);
    }

    /// <summary>Does what its reset pin does: whatever goes on ends, and it shows its array.</summary>
    public void Reset()
    {
        Done.Cancel();
        (_step, _output, _activity) = (FlashStep.Idle, FlashOutput.Array, FlashActivity.None);
        (_isSuspended, _isBypassed, _hasFailed, _isAborted) = (false, false, false, false);
        Array.Clear(_selected);
        Array.Clear(_protected);
        ShowState();
    }

    /// <inheritdoc/>
    public uint Read(uint offset, int size)
    {
        uint value = 0;
        for (uint at = offset; at < offset + (uint)size;)
        {
            uint unit = at & ~(Width - 1);
            uint read = ReadUnit(unit);
            if (Width == 2 && unit == at && offset + (uint)size - at >= 2)
            {
                value = (value << 16) | read;
                at += 2;
                continue;
            }

            // A byte alone is one lane of the bus
            value = (value << 8) | (Width == 2 && unit == at ? read >> 8 : read & 0xff);
            at++;
        }

        return value;
    }

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value)
    {
        LastCommandAt = _events.Now;
        for (uint done = 0; done < (uint)size;)
        {
            uint at = offset + done;
            bool isWhole = Width == 1 || ((at & 1) == 0 && (uint)size - done >= 2);
            uint bytes = isWhole ? Width : 1;
            uint data = value >> (int)(8 * ((uint)size - done - bytes));
            if (isWhole)
                Command(at, (ushort)(Width == 1 ? data & 0xff : data & 0xffff));
            else
                Command(at & ~1u, (ushort)((at & 1) == 0 ? (data & 0xff) << 8 : data & 0xff));
            done += bytes;
        }

        ShowState();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write((byte)_step);
        writer.Write((byte)_output);
        writer.Write((byte)_activity);
        writer.Write(_isSuspended);
        writer.Write(_isBypassed);
        writer.Write(_hasFailed);
        writer.Write(_isAborted);
        writer.Write(_toggles);
        writer.Write(_target);
        writer.Write((uint)_data);
        writer.Write(_bufferLeft);
        writer.Write(_eraseLeft);
        writer.Write(IsWriteProtected);
        foreach (bool[] flags in (bool[][])[_selected, _protected, _inBuffer])
        {
            foreach (bool flag in flags)
                writer.Write(flag);
        }

        foreach (ushort unit in _buffer)
            writer.Write((uint)unit);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _step = (FlashStep)reader.ReadByte();
        _output = (FlashOutput)reader.ReadByte();
        _activity = (FlashActivity)reader.ReadByte();
        _isSuspended = reader.ReadBoolean();
        _isBypassed = reader.ReadBoolean();
        _hasFailed = reader.ReadBoolean();
        _isAborted = reader.ReadBoolean();
        _toggles = reader.ReadByte();
        _target = reader.ReadUInt32();
        _data = (ushort)reader.ReadUInt32();
        _bufferLeft = reader.ReadUInt32();
        _eraseLeft = reader.ReadUInt64();
        IsWriteProtected = reader.ReadBoolean();
        foreach (bool[] flags in (bool[][])[_selected, _protected, _inBuffer])
        {
            for (int n = 0; n < flags.Length; n++)
                flags[n] = reader.ReadBoolean();
        }

        for (int n = 0; n < _buffer.Length; n++)
            _buffer[n] = (ushort)reader.ReadUInt32();
        LastCommandAt = _events.Now;
        ShowState();
    }

    private uint ReadUnit(uint offset)
    {
        if (_activity != FlashActivity.None || _hasFailed || _isAborted)
            return Status(offset);
        if (_isSuspended && _selected[SectorOf(offset)])
            return (byte)(Dq7 | Toggle(Dq2));
        uint address = offset / Width;
        return _output switch
        {
            FlashOutput.Autoselect => Autoselect(address & 0xff, SectorOf(offset)),
            FlashOutput.Query => Model.QueryAt(address & 0xff),
            FlashOutput.Protection => IsProtected(SectorOf(offset)) ? 0u : 1,
            _ => Unit(offset),
        };
    }

    private uint Autoselect(uint address, int sector) => address switch
    {
        0 => Model.Manufacturer,
        1 => Model.DeviceIds[0],
        2 => IsProtected(sector) ? 1u : 0,
        0xe when Model.DeviceIds.Count > 1 => Model.DeviceIds[1],
        0xf when Model.DeviceIds.Count > 2 => Model.DeviceIds[2],
        _ => 0,
    };

    /// <summary>What polling sees: DQ7 is the complement of what is programmed, DQ6 toggles, DQ5 says that it failed.</summary>
    private uint Status(uint offset)
    {
        byte status = Toggle(Dq6);
        bool isErase = _activity is FlashActivity.EraseWindow or FlashActivity.Erase;
        if (isErase && _selected[SectorOf(offset)])
            status |= Toggle(Dq2);
        if (!isErase)
            status |= (byte)(~_data & Dq7);
        if (_activity == FlashActivity.Erase)
            status |= Dq3;
        if (_hasFailed)
            status |= Dq5;
        if (_isAborted)
            status |= Dq1;
        return status;
    }

    private byte Toggle(byte bit)
    {
        _toggles ^= bit;
        return (byte)(_toggles & bit);
    }

    private void Command(uint offset, ushort data)
    {
        uint address = (offset / Width) & UnlockMask;
        byte command = (byte)data;
        if (_activity != FlashActivity.None)
        {
            WhileBusy(offset, command);
            return;
        }

        if (_hasFailed)
        {
            if (command == 0xf0)
                _hasFailed = false;
            return;
        }

        _step = (_step, command) switch
        {
            (FlashStep.Program, _) => Program(offset, data),
            (FlashStep.ProtectSector, _) => Protect(offset, command),
            (FlashStep.BufferCount, _) => BeginBuffer(offset, data),
            (FlashStep.BufferData, _) => AddToBuffer(offset, data),
            (FlashStep.BufferConfirm, 0x29) when SectorOf(offset) == SectorOf(_target) => Begin(FlashActivity.BufferProgram, BufferNanoseconds),
            (FlashStep.BufferConfirm, _) => Abort(),
            (FlashStep.Leave, _) => Leave(),
            (FlashStep.Idle, 0xaa) when address == Unlock1 => FlashStep.Unlocked1,
            (FlashStep.Unlocked1, 0x55) when address == Unlock2 => FlashStep.Unlocked2,
            (FlashStep.Unlocked2, 0xf0) when _isAborted => EndAbort(),
            _ when _isAborted => FlashStep.Idle,
            (FlashStep.Idle, 0x30) when _isSuspended => Resume(),
            (FlashStep.Idle, 0xa0) when _output == FlashOutput.Protection => FlashStep.ProtectSector,
            (FlashStep.Idle, 0xa0) when _isBypassed => FlashStep.Program,
            (FlashStep.Idle, 0x90) when _isBypassed || _output == FlashOutput.Protection => FlashStep.Leave,
            (FlashStep.Idle, 0x98) when (byte)address == QueryAddress && Model.HasQuery => Show(FlashOutput.Query),
            (FlashStep.Unlocked2, 0x25) when Model.BufferSize > 0 => SelectBuffer(offset),
            (FlashStep.Unlocked2, 0x90) when address == Unlock1 => Show(FlashOutput.Autoselect),
            (FlashStep.Unlocked2, 0xa0) when address == Unlock1 => FlashStep.Program,
            (FlashStep.Unlocked2, 0x80) when address == Unlock1 && !_isSuspended => FlashStep.EraseSetup,
            (FlashStep.Unlocked2, 0x20) when address == Unlock1 => Bypass(),
            (FlashStep.Unlocked2, 0xe0) when address == Unlock1 && Model.HasQuery => Show(FlashOutput.Protection),
            (FlashStep.EraseSetup, 0xaa) when address == Unlock1 => FlashStep.EraseUnlocked1,
            (FlashStep.EraseUnlocked1, 0x55) when address == Unlock2 => FlashStep.EraseUnlocked2,
            (FlashStep.EraseUnlocked2, 0x10) when address == Unlock1 => EraseChip(),
            (FlashStep.EraseUnlocked2, 0x30) => EraseSector(offset),
            _ => Show(FlashOutput.Array), // The reset command, and whatever is no command
        };
    }

    private FlashStep Show(FlashOutput output)
    {
        _output = output;
        return FlashStep.Idle;
    }

    private FlashStep Bypass()
    {
        _isBypassed = true;
        return Show(FlashOutput.Array);
    }

    private FlashStep Leave()
    {
        _isBypassed = false;
        return Show(FlashOutput.Array);
    }

    private FlashStep Protect(uint offset, byte command)
    {
        _protected[SectorOf(offset)] = (command & 1) == 0;
        return FlashStep.Idle;
    }

    private void WhileBusy(uint offset, byte command)
    {
        bool isErase = _activity is FlashActivity.EraseWindow or FlashActivity.Erase;
        if (isErase && command == 0xb0)
        {
            _eraseLeft = _activity == FlashActivity.Erase ? Done.Due - _events.Now : EraseTime();
            Done.Cancel();
            (_activity, _isSuspended, _output) = (FlashActivity.None, true, FlashOutput.Array);
        }
        else if (_activity == FlashActivity.EraseWindow && command == 0x30)
        {
            Select(SectorOf(offset));
            Schedule(EraseWindowNanoseconds);
        }
        else if (_activity == FlashActivity.EraseWindow)
        {
            // Anything else in the window ends the command, with nothing erased
            Reset();
        }
    }

    private FlashStep Program(uint offset, ushort data)
    {
        (_target, _data) = (offset, data);
        bool isRefused = IsProtected(SectorOf(offset)) || (_isSuspended && _selected[SectorOf(offset)]);
        return isRefused ? Begin(FlashActivity.Refused, RefusedNanoseconds) : Begin(FlashActivity.Program, ProgramNanoseconds);
    }

    private FlashStep SelectBuffer(uint offset)
    {
        _target = offset;
        return FlashStep.BufferCount;
    }

    private FlashStep BeginBuffer(uint offset, ushort data)
    {
        if (SectorOf(offset) != SectorOf(_target) || data >= _buffer.Length)
            return Abort();
        Array.Clear(_inBuffer);
        _bufferLeft = data + 1u;
        return FlashStep.BufferData;
    }

    /// <summary>The first address names the line of the array that the buffer is for; all others must lie in it.</summary>
    private FlashStep AddToBuffer(uint offset, ushort data)
    {
        bool isFirst = !Array.Exists(_inBuffer, static used => used);
        uint line = ~(Model.BufferSize - 1);
        if (SectorOf(offset) != SectorOf(_target) || (!isFirst && (offset & line) != (_target & line)))
            return Abort();
        uint unit = (offset & (Model.BufferSize - 1)) / Width;
        (_buffer[unit], _inBuffer[unit]) = (data, true);
        (_target, _data) = (offset, data);
        return --_bufferLeft == 0 ? FlashStep.BufferConfirm : FlashStep.BufferData;
    }

    private FlashStep Abort()
    {
        _isAborted = true;
        return FlashStep.Idle;
    }

    private FlashStep EndAbort()
    {
        _isAborted = false;
        return Show(FlashOutput.Array);
    }

    private FlashStep EraseChip()
    {
        for (int sector = 0; sector < Model.Sectors; sector++)
            Select(sector);
        return Array.Exists(_selected, static one => one) ? Begin(FlashActivity.Erase, SectorEraseNanoseconds * CountSelected()) : Refuse();
    }

    private FlashStep EraseSector(uint offset)
    {
        Select(SectorOf(offset));
        return Begin(FlashActivity.EraseWindow, EraseWindowNanoseconds);
    }

    private FlashStep Refuse()
    {
        _data = 0;
        return Begin(FlashActivity.Refused, RefusedNanoseconds);
    }

    private void Select(int sector) => _selected[sector] = !IsProtected(sector);

    private ulong CountSelected() => (ulong)_selected.Count(one => one);

    private ulong EraseTime() => Instructions(SectorEraseNanoseconds * CountSelected());

    private FlashStep Begin(FlashActivity activity, ulong nanoseconds)
    {
        _activity = activity;
        _output = FlashOutput.Array;
        Schedule(nanoseconds);
        return FlashStep.Idle;
    }

    private FlashStep Resume()
    {
        (_activity, _isSuspended) = (FlashActivity.Erase, false);
        Done.ScheduleIn(Math.Max(1, _eraseLeft));
        return FlashStep.Idle;
    }

    private void Schedule(ulong nanoseconds) => Done.ScheduleIn(Instructions(nanoseconds));

    private ulong Instructions(ulong nanoseconds) =>
        Math.Max(1, (ulong)((UInt128)nanoseconds * _events.InstructionsPerSecond / 1_000_000_000));

    private void OnDone()
    {
        FlashActivity done = _activity;
        _activity = FlashActivity.None;
        switch (done)
        {
            case FlashActivity.Program:
                ProgramUnit(_target, _data);
                break;
            case FlashActivity.BufferProgram:
                ProgramBuffer();
                break;
            case FlashActivity.EraseWindow when Array.Exists(_selected, static one => one):
                Begin(FlashActivity.Erase, SectorEraseNanoseconds * CountSelected());
                break;
            case FlashActivity.EraseWindow:
                Refuse();
                break;
            case FlashActivity.Erase:
                EraseSelected();
                break;
        }

        ShowState();
    }

    private void EraseSelected()
    {
        for (int sector = 0; sector < Model.Sectors; sector++)
        {
            if (_selected[sector])
                Fill((uint)sector * Model.SectorSize, Model.SectorSize);
        }

        Array.Clear(_selected);
    }

    private void ProgramBuffer()
    {
        uint line = _target & ~(Model.BufferSize - 1);
        bool isRefused = IsProtected(SectorOf(line)) || (_isSuspended && _selected[SectorOf(line)]);
        for (uint n = 0; n < _buffer.Length && !isRefused; n++)
        {
            if (_inBuffer[n])
                ProgramUnit(line + (n * Width), _buffer[n]);
        }
    }

    /// <summary>Bits can only become 0; a 1 that is asked for in the place of a 0 is a failure.</summary>
    private void ProgramUnit(uint offset, ushort data)
    {
        uint before = Unit(offset);
        uint after = before & data;
        _hasFailed |= after != data;
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)after);
        if (after != before)
            Memory.TryCopyIn(Window.Start + offset, bytes[(2 - Model.Width)..]);
    }

    private unsafe uint Unit(uint offset)
    {
        byte* at = Window.Host + offset;
        return Width == 1 ? *at : (uint)((*at << 8) | at[1]);
    }

    private void Fill(uint offset, uint size)
    {
        Span<byte> erased = stackalloc byte[PhysicalAddressSpace.PageSize];
        erased.Fill(0xff);
        for (uint done = 0; done < size; done += (uint)erased.Length)
            Memory.TryCopyIn(Window.Start + offset + done, erased);
    }

    private bool IsProtected(int sector) => IsWriteProtected || _protected[sector];

    private int SectorOf(uint offset) => (int)(offset / Model.SectorSize);

    /// <summary>Takes the array out of plain memory, or gives it back, as what is shown says.</summary>
    private void ShowState() => Memory.SetPlain(
        Window,
        _output == FlashOutput.Array && _activity == FlashActivity.None && !_isSuspended && !_hasFailed && !_isAborted);
}
