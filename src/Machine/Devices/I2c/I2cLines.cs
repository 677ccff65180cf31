using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// The two wires of an I2C bus (UM10204, "The I2C-bus protocol"), for software that moves them itself: finds start and
/// stop conditions and bytes in what it does, and answers for the chips. No chip stretches the clock.
/// </summary>
/// <param name="bus">The bus.</param>
public sealed class I2cLines(I2cBus bus) : IStateful
{
    private const int BitsPerByte = 8;
    private Phase _phase;
    private bool _targetData = true;
    private bool _expectsAddress;
    private bool _isRead;
    private bool _isAcknowledged;
    private int _bits;
    private byte _shifted;

    /// <summary>Where in a transfer the wires are.</summary>
    private enum Phase
    {
        /// <summary>The bus is free, or nobody listens until the next start condition.</summary>
        Idle,

        /// <summary>The master sends a byte.</summary>
        ToTarget,

        /// <summary>The chip acknowledges it.</summary>
        TargetAcknowledges,

        /// <summary>The chip sends a byte.</summary>
        FromTarget,

        /// <summary>The master acknowledges it.</summary>
        MasterAcknowledges,
    }

    /// <summary>Level of the data line: low when either side pulls it low.</summary>
    public bool Data => MasterData && _targetData;

    /// <summary>Whether the master leaves the data line to the chips.</summary>
    public bool MasterData { get; private set; } = true;

    /// <summary>Level of the clock line.</summary>
    public bool Clock { get; private set; } = true;

    /// <summary>Lets the master drive the lines; true releases one.</summary>
    public void Drive(bool clock, bool data)
    {
        bool clockWas = Clock;
        bool dataWas = Data;
        Clock = clock;
        MasterData = data;
        if (clockWas && clock)
            FindCondition(dataWas);
        else if (clock)
            Sample();
        else if (clockWas)
            Advance();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write((int)_phase);
        writer.Write(Clock);
        writer.Write(MasterData);
        writer.Write(_targetData);
        writer.Write(_expectsAddress);
        writer.Write(_isRead);
        writer.Write(_isAcknowledged);
        writer.Write(_bits);
        writer.Write(_shifted);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _phase = (Phase)reader.ReadInt32();
        Clock = reader.ReadBoolean();
        MasterData = reader.ReadBoolean();
        _targetData = reader.ReadBoolean();
        _expectsAddress = reader.ReadBoolean();
        _isRead = reader.ReadBoolean();
        _isAcknowledged = reader.ReadBoolean();
        _bits = reader.ReadInt32();
        _shifted = reader.ReadByte();
    }

    /// <summary>A change of the data line while the clock is high is a start (falling) or stop condition (rising).</summary>
    private void FindCondition(bool dataWas)
    {
        if (dataWas && !Data)
        {
            _expectsAddress = true;
            Begin(Phase.ToTarget);
        }
        else if (!dataWas && Data)
        {
            bus.Stop();
            Begin(Phase.Idle);
        }
    }

    /// <summary>The clock rises: data are valid.</summary>
    private void Sample()
    {
        if (_phase == Phase.ToTarget)
        {
            _shifted = (byte)((_shifted << 1) | (Data ? 1 : 0));
            _bits++;
        }
        else if (_phase == Phase.MasterAcknowledges)
        {
            _isAcknowledged = !Data;
        }
    }

    /// <summary>The clock falls: the side that sends changes its data.</summary>
    private void Advance()
    {
        switch (_phase)
        {
            case Phase.ToTarget when _bits == BitsPerByte:
                Deliver();
                break;
            case Phase.TargetAcknowledges:
                Begin(!_isAcknowledged ? Phase.Idle : _isRead ? Phase.FromTarget : Phase.ToTarget);
                break;
            case Phase.FromTarget when ++_bits == BitsPerByte:
                Begin(Phase.MasterAcknowledges);
                break;
            case Phase.FromTarget:
                _targetData = (_shifted & (0x80 >> _bits)) != 0;
                break;
            case Phase.MasterAcknowledges:
                Begin(_isAcknowledged ? Phase.FromTarget : Phase.Idle);
                break;
            default:
                break;
        }
    }

    private void Deliver()
    {
        byte value = _shifted;
        if (_expectsAddress)
            _isRead = (value & 1) != 0;
        _isAcknowledged = _expectsAddress ? bus.Start(value) : bus.Write(value);
        _expectsAddress = false;
        Begin(Phase.TargetAcknowledges);
        _targetData = !_isAcknowledged;
    }

    private void Begin(Phase phase)
    {
        _phase = phase;
        _bits = 0;
        _targetData = true;
        if (phase != Phase.FromTarget)
            return;
        _shifted = bus.Read();
        _targetData = (_shifted & 0x80) != 0;
    }
}
