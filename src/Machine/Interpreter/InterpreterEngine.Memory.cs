using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Interpreter;

/// <content>Storage accesses: translate, check, access, one at a time.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>Smallest page: an access that stays within it has one translation.</summary>
    private const uint SmallestPage = 1024;

    private static uint Swap(uint value, int size) => size switch
    {
        1 => value,
        2 => BinaryPrimitives.ReverseEndianness((ushort)value),
        _ => BinaryPrimitives.ReverseEndianness(value),
    };

    /// <summary>Fetches the word at an address; false when an exception was taken instead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Fetch(uint address, out uint word)
    {
        word = 0;
        TranslationFault fault = _processor.Mmu.Translate(address, AccessKind.Fetch, out uint physical, out StorageAttributes attributes);
        if (fault != TranslationFault.None)
        {
            _processor.TakeFetch(fault);
            return false;
        }

        byte* page = _processor.Memory.PlainPage(physical, out _);
        if (page != null)
        {
            word = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(page + (physical & 0xfff)));
        }
        else if (!_processor.Memory.TryFetch(physical, out word))
        {
            _processor.TakeFetchBusError();
            return false;
        }

        if ((attributes & StorageAttributes.LittleEndian) != 0)
            word = BinaryPrimitives.ReverseEndianness(word);
        return true;
    }

    /// <summary>Translates a data address; false when an exception was taken.</summary>
    private bool Translate(uint effective, AccessKind access, out uint physical, out StorageAttributes attributes)
    {
        TranslationFault fault = _processor.Mmu.Translate(effective, access, out physical, out attributes);
        if (fault == TranslationFault.None)
        {
            if (_processor.Tlb.Watched != 0)
                ShowWatchedEntry(effective, access);
            return true;
        }

        _processor.TakeData(fault, effective, access == AccessKind.Store);
        return false;
    }

    private void ShowWatchedEntry(uint effective, AccessKind access)
    {
        int index = (_state->Msr & Msr.Dr) != 0 ? _processor.Tlb.Find(effective) : -1;
        if (index >= 0 && (_processor.Tlb.Watched >> index & 1) != 0)
            _observers.WatchedEntryUsed(index, effective, access == AccessKind.Store);
    }

    /// <summary>Loads 1, 2 or 4 bytes; false when an exception was taken.</summary>
    private bool Load(uint effective, int size, out uint value)
    {
        value = 0;
        uint last = effective + (uint)size - 1;
        if (((effective ^ last) & ~(SmallestPage - 1)) != 0)
            return LoadAcrossPages(effective, size, out value);
        if (!Translate(effective, AccessKind.Load, out uint physical, out StorageAttributes attributes)
            || Stops(effective, physical, size, store: false))
            return false;
        if (!_processor.Memory.TryRead(physical, size, out value))
            _processor.ReportDataBusError();
        if (_watching)
            _processor.Debug.DataAccess(effective, size, value, store: false);
        if ((attributes & StorageAttributes.LittleEndian) != 0)
            value = Swap(value, size);
        return true;
    }

    /// <summary>Stores the low 1, 2 or 4 bytes of a value; false when an exception was taken, with nothing stored.</summary>
    private bool Store(uint effective, int size, uint value)
    {
        uint last = effective + (uint)size - 1;
        if (((effective ^ last) & ~(SmallestPage - 1)) != 0)
            return StoreAcrossPages(effective, size, value);
        if (!Translate(effective, AccessKind.Store, out uint physical, out StorageAttributes attributes)
            || Stops(effective, physical, size, store: true))
            return false;
        uint driven = (attributes & StorageAttributes.LittleEndian) != 0 ? Swap(value, size) : value;
        if (_watching && _processor.Debug.BytesStored(effective, size, driven) is var stored && stored < size)
        {
            StoreBytes(effective, size, driven, stored);
            return true;
        }

        if (!_processor.Memory.TryWrite(physical, size, driven))
            _processor.ReportDataBusError();
        if (_observers.WatchesRealModeStores && (_state->Msr & Msr.Dr) == 0)
            _observers.RealModeStore(physical, size, driven);
        if (_watching)
            _processor.Debug.DataAccess(effective, size, driven, store: true);
        return true;
    }

    /// <summary>
    /// Whether an access that translation permits is not to be done: the debug interrupt of a data address compare was
    /// taken instead, or an observer stopped the machine.
    /// </summary>
    private bool Stops(uint effective, uint physical, int size, bool store) =>
        (_watching && _processor.Debug.BeforeDataAccess(effective, size, store)) || IsHeld(effective, physical, size, store);

    /// <summary>Whether an observer stopped the machine ahead of an access.</summary>
    private bool IsHeld(uint effective, uint physical, int size, bool store) =>
        _observers.WatchesAnyData && !_observers.BeforeAccess(effective, physical, size, store);

    /// <summary>
    /// A misaligned access over a page boundary is done byte by byte, after both pages were found accessible. The byte
    /// order is that of the first page; the manual leaves mixed pages open.
    /// </summary>
    private bool LoadAcrossPages(uint effective, int size, out uint value)
    {
        value = 0;
        if (!Translate(effective, AccessKind.Load, out uint first, out StorageAttributes attributes)
            || !Translate(SecondPage(effective), AccessKind.Load, out uint second, out _)
            || Stops(effective, first, size, store: false)
            || IsHeld(SecondPage(effective), second, EndInSecondPage(effective, size), store: false))
            return false;
        for (uint n = 0; n < size; n++)
        {
            Translate(effective + n, AccessKind.Load, out uint physical, out _);
            if (!_processor.Memory.TryRead(physical, 1, out uint read))
                _processor.ReportDataBusError();
            value = (value << 8) | read;
        }

        if (_watching)
            _processor.Debug.DataAccess(effective, size, value, store: false);
        if ((attributes & StorageAttributes.LittleEndian) != 0)
            value = Swap(value, size);
        return true;
    }

    private bool StoreAcrossPages(uint effective, int size, uint value)
    {
        if (!Translate(effective, AccessKind.Store, out uint first, out StorageAttributes attributes)
            || !Translate(SecondPage(effective), AccessKind.Store, out uint second, out _)
            || Stops(effective, first, size, store: true)
            || IsHeld(SecondPage(effective), second, EndInSecondPage(effective, size), store: true))
            return false;
        uint driven = (attributes & StorageAttributes.LittleEndian) != 0 ? Swap(value, size) : value;
        int stored = _watching ? _processor.Debug.BytesStored(effective, size, driven) : size;
        StoreBytes(effective, size, driven, stored);
        if (_watching && stored == size)
            _processor.Debug.DataAccess(effective, size, driven, store: true);
        return true;
    }

    /// <summary>Stores the first bytes of a value one by one.</summary>
    private void StoreBytes(uint effective, int size, uint driven, int count)
    {
        for (int n = 0; n < count; n++)
        {
            Translate(effective + (uint)n, AccessKind.Store, out uint physical, out _);
            if (!_processor.Memory.TryWrite(physical, 1, (byte)(driven >> (8 * (size - 1 - n)))))
                _processor.ReportDataBusError();
            if (_observers.WatchesRealModeStores && (_state->Msr & Msr.Dr) == 0)
                _observers.RealModeStore(physical, 1, (byte)(driven >> (8 * (size - 1 - n))));
        }
    }

    /// <summary>How many bytes of an access lie in its second page.</summary>
    private static int EndInSecondPage(uint effective, int size) => (int)(effective + (uint)size - SecondPage(effective));

    private static uint SecondPage(uint effective) => (effective & ~(SmallestPage - 1)) + SmallestPage;

    /// <summary>EA of a D form: (rA|0) + D, with update as well.</summary>
    private uint EaD(uint i) => GprOrZero(Isa.Field.Ra(i)) + (uint)Isa.Field.Simm(i);

    /// <summary>EA of an X form: (rA|0) + (rB), with update as well.</summary>
    private uint EaX(uint i) => GprOrZero(Isa.Field.Ra(i)) + Gpr(Isa.Field.Rb(i));
}
