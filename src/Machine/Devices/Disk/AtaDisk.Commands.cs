namespace PpcJit.Machine.Devices.Disk;

/// <content>What the commands do.</content>
public sealed partial class AtaDisk
{
    private const byte NoError = 0;
    private const int MostSmallCount = 256;
    private const int MostExtendedCount = 65536;
    private const byte FlowControlModes = 0x08;
    private const byte HighestMode = 4;
    private const byte IsSpinning = 0xff;

    private void Begin(AtaCommand command)
    {
        (_error, _transfer) = (0, AtaTransfer.None);
        switch (command)
        {
            case AtaCommand.ReadSectors or AtaCommand.ReadSectorsNoRetry or AtaCommand.ReadSectorsExtended:
                BeginTransfer(AtaTransfer.In, command == AtaCommand.ReadSectorsExtended, 1);
                break;
            case AtaCommand.ReadMultiple or AtaCommand.ReadMultipleExtended:
                BeginTransfer(AtaTransfer.In, command == AtaCommand.ReadMultipleExtended, _multiple);
                break;
            case AtaCommand.WriteSectors or AtaCommand.WriteSectorsNoRetry or AtaCommand.WriteSectorsExtended:
                BeginTransfer(AtaTransfer.Out, command == AtaCommand.WriteSectorsExtended, 1);
                break;
            case AtaCommand.WriteMultiple or AtaCommand.WriteMultipleExtended:
                BeginTransfer(AtaTransfer.Out, command == AtaCommand.WriteMultipleExtended, _multiple);
                break;
            case AtaCommand.ReadVerify or AtaCommand.ReadVerifyNoRetry or AtaCommand.ReadVerifyExtended:
                Verify(command == AtaCommand.ReadVerifyExtended);
                break;
            case AtaCommand.Seek:
                _left = 1;
                Conclude(TryAddress(isExtended: false) ? NoError : AtaBits.IdNotFound);
                break;
            case AtaCommand.Identify:
                Start(AtaWork.Describe, CommandNanoseconds);
                break;
            case AtaCommand.ExecuteDiagnostic:
                Start(AtaWork.Diagnose, ResetNanoseconds);
                break;
            default:
                Conclude(Set(command) ? NoError : AtaBits.Aborted);
                break;
        }
    }

    /// <summary>Carries out a command that moves nothing.</summary>
    /// <returns>False when there is no such command, or not with these parameters.</returns>
    private bool Set(AtaCommand command)
    {
        byte count = _latest[Count];
        switch (command)
        {
            case >= AtaCommand.Recalibrate and <= AtaCommand.Recalibrate + 15:
            case AtaCommand.FlushCache or AtaCommand.FlushCacheExtended:
            case AtaCommand.Standby or AtaCommand.StandbyImmediate or AtaCommand.Idle or AtaCommand.IdleImmediate:
                return true;
            case AtaCommand.CheckPowerMode:
                _latest[Count] = IsSpinning;
                return true;
            case AtaCommand.InitializeParameters when count > 0:
                _geometry = new AtaGeometry((byte)((_device & 0xf) + 1), count);
                return true;
            case AtaCommand.SetMultiple when count is 0 or 1 or 2 or 4 or MostMultiple:
                _multiple = count;
                return true;
            case AtaCommand.SetFeatures:
                return SetFeature(_latest[ErrorOrFeatures], count);
            default:
                return false;
        }
    }

    private bool SetFeature(byte feature, byte count)
    {
        switch (feature)
        {
            case 0x02 or 0x82:
                _isCaching = feature == 0x02;
                return true;
            case 0xaa or 0x55:
                _looksAhead = feature == 0xaa;
                return true;
            case 0x03: // Transfer mode: PIO alone
                return count <= 1 || (count >= FlowControlModes && count <= FlowControlModes + HighestMode);
            default:
                return false;
        }
    }

    private void BeginTransfer(AtaTransfer transfer, bool isExtended, int perBlock)
    {
        if (perBlock == 0 || (isExtended && (_device & AtaBits.Linear) == 0))
        {
            Conclude(AtaBits.Aborted);
            return;
        }

        if (transfer == AtaTransfer.Out && IsWriteProtected)
        {
            Conclude(AtaBits.WriteProtected | AtaBits.Aborted);
            return;
        }

        _left = CountOf(isExtended);
        if (!TryAddress(isExtended))
        {
            Conclude(AtaBits.IdNotFound);
            return;
        }

        (_transfer, _perBlock) = (transfer, perBlock);
        if (transfer == AtaTransfer.In)
            Start(AtaWork.Load, CommandNanoseconds);
        else
            AskForBlock();
    }

    private void Verify(bool isExtended)
    {
        if (isExtended && (_device & AtaBits.Linear) == 0)
        {
            Conclude(AtaBits.Aborted);
            return;
        }

        _left = CountOf(isExtended);
        bool isThere = TryAddress(isExtended) && _left <= Source.Sectors - _sector;
        if (!isThere && _sector < Source.Sectors)
            _sector = Source.Sectors;
        Conclude(isThere ? NoError : AtaBits.IdNotFound);
    }

    private uint CountOf(bool isExtended)
    {
        int count = isExtended ? (_earlier[Count] << 8) | _latest[Count] : _latest[Count];
        return (uint)(count != 0 ? count : isExtended ? MostExtendedCount : MostSmallCount);
    }

    /// <summary>Finds the sector that the registers name.</summary>
    /// <returns>Whether the disk has it.</returns>
    private bool TryAddress(bool isExtended)
    {
        uint low = Address(_latest);
        _isExtended = isExtended;
        ulong? sector = isExtended ? ((ulong)Address(_earlier) << 24) | low
            : (_device & AtaBits.Linear) != 0 ? ((uint)(_device & 0xf) << 24) | low
            : _geometry.Number(low >> 8, (uint)(_device & 0xf), low & 0xff);
        _sector = sector ?? ulong.MaxValue;
        return _sector < Source.Sectors;
    }

    private static uint Address(byte[] registers) =>
        ((uint)registers[AddressHigh] << 16) | ((uint)registers[AddressMiddle] << 8) | registers[AddressLow];

    /// <summary>Goes on to the next block of a transfer.</summary>
    /// <returns>False when there is none.</returns>
    private bool Advance()
    {
        uint done = (uint)(_length / DiskContent.SectorSize);
        _sector += done;
        _left -= done;
        return _left > 0;
    }

    /// <summary>How many sectors the next block has; 0 when the disk ends here.</summary>
    private int BlockSectors() => (int)Math.Min(Math.Min((uint)_perBlock, _left), _sector < Source.Sectors ? Source.Sectors - _sector : 0);

    /// <summary>Asks for the next block; where the disk ends, the command does.</summary>
    private bool AskForBlock()
    {
        (_position, _length) = (0, BlockSectors() * DiskContent.SectorSize);
        if (_length == 0)
            return false;
        _status = Idle | AtaBits.DataRequest;
        return true;
    }

    private void Conclude(byte error)
    {
        _error = error;
        Start(error == 0 ? AtaWork.Finish : AtaWork.Fail, CommandNanoseconds);
    }

    private void OnDone()
    {
        AtaWork work = _work;
        _work = AtaWork.None;
        switch (work)
        {
            case AtaWork.Reset:
                ResetSettings();
                Sign();
                break;
            case AtaWork.Diagnose:
                Sign();
                SetInterrupt(true);
                break;
            case AtaWork.Describe:
                AtaIdentity.Describe(Source.Sectors, _geometry, MostMultiple, _multiple, _isCaching, _looksAhead,
                    _block.AsSpan(0, DiskContent.SectorSize));
                (_transfer, _position, _length, _status) = (AtaTransfer.Description, 0, DiskContent.SectorSize, Idle | AtaBits.DataRequest);
                SetInterrupt(true);
                break;
            case AtaWork.Load:
                LoadBlock();
                break;
            case AtaWork.Store:
                StoreBlock();
                break;
            default:
                End();
                break;
        }
    }

    private void LoadBlock()
    {
        if (!AskForBlock())
        {
            _error = AtaBits.IdNotFound;
            End();
            return;
        }

        for (int at = 0; at < _length; at += DiskContent.SectorSize)
            ReadSector(_sector + (uint)(at / DiskContent.SectorSize), _block.AsSpan(at, DiskContent.SectorSize));
        SetInterrupt(true);
    }

    private void StoreBlock()
    {
        for (int at = 0; at < _length; at += DiskContent.SectorSize)
            Content = Content.With(_sector + (uint)(at / DiskContent.SectorSize), _block.AsSpan(at, DiskContent.SectorSize));
        LastWriteAt = _events.Now;
        bool isMore = Advance();
        if (isMore && !AskForBlock())
            _error = AtaBits.IdNotFound;
        if (!isMore || _error != 0)
            End();
        else
            SetInterrupt(true);
    }

    /// <summary>Ends a command; after an error the registers say where it happened.</summary>
    private void End()
    {
        (_status, _transfer) = (Idle, AtaTransfer.None);
        if (_error != 0)
            _status |= AtaBits.HasError;
        if (_error == AtaBits.IdNotFound && _sector != ulong.MaxValue && (_device & AtaBits.Linear) != 0)
            ShowSector();
        SetInterrupt(true);
    }

    private void ShowSector()
    {
        for (int n = 0; n < 3; n++)
        {
            _latest[AddressLow + n] = (byte)(_sector >> (8 * n));
            _earlier[AddressLow + n] = (byte)(_sector >> (24 + (8 * n)));
        }

        if (!_isExtended)
            _device = (byte)((_device & 0xf0) | ((int)(_sector >> 24) & 0xf));
    }

    /// <summary>Shows by its registers what kind of device it is, and that it found nothing wrong with itself.</summary>
    private void Sign()
    {
        Array.Clear(_latest);
        Array.Clear(_earlier);
        (_latest[Count], _latest[AddressLow]) = (1, 1);
        (_device, _error, _status, _transfer) = (0, AtaBits.Passed, Idle, AtaTransfer.None);
    }

    private void ResetSettings() => (_multiple, _geometry, _isCaching, _looksAhead) = (MostMultiple, AtaGeometry.Usual, true, true);
}
