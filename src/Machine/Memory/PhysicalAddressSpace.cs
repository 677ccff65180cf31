using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PpcJit.Machine.Memory;

/// <summary>
/// The 4 GiB of physical addresses of a board: RAM at 0, other plain memories, device windows, and nothing in between. Multi-byte values are
/// big-endian, as the processor bus is; the processor swaps for little-endian storage.
/// </summary>
public sealed unsafe class PhysicalAddressSpace : IDisposable
{
    /// <summary>Bytes of the pages in which code is tracked: 4 KiB.</summary>
    public const int PageSize = 4096;

    private const int PageCount = 1 << 20;

    private readonly HardwareLog _log;
    private readonly List<PhysicalWindow> _windows = [];
    private readonly List<NativeBlock> _blocks = [];
    private readonly List<ILastResort> _lastResorts = [];
    private readonly NativeBlock _codePages;

    /// <summary>Creates an address space with RAM at address 0.</summary>
    /// <param name="ramSize">Bytes of RAM, a multiple of 4 KiB, below 2 GiB.</param>
    /// <param name="log">Where accesses to nothing are reported.</param>
    public PhysicalAddressSpace(uint ramSize, HardwareLog log)
    {
        _log = log;
        RamSize = RamEnd = ramSize;
        Ram = MapMemory("RAM", 0, ramSize, writable: true);
        _codePages = new NativeBlock(PageCount);
        CodePages = _codePages.Start;
    }

    /// <summary>Host address of the RAM at physical address 0.</summary>
    public byte* Ram { get; }

    /// <summary>Bytes of RAM.</summary>
    public uint RamSize { get; }

    /// <summary>
    /// First address past the RAM that answers where it is: all of it, unless its controller was programmed to something else. The rest answers
    /// where the controller says, through <see cref="ILastResort"/>.
    /// </summary>
    public uint RamEnd { get; private set; }

    /// <summary>One byte for each 4 KiB page: not zero while the fast engine holds code translated from that page.</summary>
    public byte* CodePages { get; }

    /// <summary>Called after a write (physical address, bytes) to a page that <see cref="CodePages"/> marks.</summary>
    public Action<uint, uint>? CodeWritten { get; set; }

    /// <summary>
    /// Called when a window's memory, or RAM from some address on, is about to be no longer plain: whoever goes past this class to it must
    /// come here again.
    /// </summary>
    public Action<PhysicalWindow>? PlainWithdrawn { get; set; }

    /// <summary>Raised by an access to an address where the board has nothing: physical address, whether it is a store.</summary>
    public event Action<uint, bool>? Unanswered;

    /// <summary>Raised ahead of a store that does not come from the processor (physical address, bytes); for observers.</summary>
    public event Action<uint, int>? Storing;

    /// <summary>Raised when a register of a device was read, or is about to be written; for observers.</summary>
    public event Action<BusAccess>? DeviceAccessed;

    /// <summary>
    /// How often the processor, or a device, has gone to anything but RAM where it is: a device may have changed since this was less.
    /// </summary>
    public ulong OtherAccesses { get; private set; }

    /// <summary>Remembers what memory held before it changed; null while nobody wants to go back.</summary>
    public IPageJournal? Journal { get; set; }

    /// <summary>Called with the number of a 4 KiB page to which the next store must come here again, because the journal has begun anew.</summary>
    public Action<uint>? StoresWatched { get; set; }

    /// <summary>Whether an access to nothing is a bus error (a machine check); otherwise it reads as all ones and writes vanish.</summary>
    public bool BusErrors { get; init; } = true;

    /// <summary>All windows, RAM first, in the order in which the board mapped them.</summary>
    public IReadOnlyList<PhysicalWindow> Windows => _windows;

    /// <summary>Maps plain memory.</summary>
    /// <returns>The host address of its first byte.</returns>
    /// <exception cref="InvalidOperationException">The window overlaps another one.</exception>
    public byte* MapMemory(string name, uint start, uint size, bool writable)
    {
        NativeBlock block = new(size);
        _blocks.Add(block);
        Add(new PhysicalWindow(name, start, size, block.Start, writable, null));
        return block.Start;
    }

    /// <summary>Maps the registers of a device.</summary>
    /// <exception cref="InvalidOperationException">The window overlaps another one.</exception>
    public void MapDevice(string name, uint start, uint size, IMmioDevice device) =>
        Add(new PhysicalWindow(name, start, size, null, true, device));

    /// <summary>Maps a memory that a device answers for: a flash. It is plain at first, and not writable.</summary>
    /// <param name="name">Name as the board's manual gives it.</param>
    /// <param name="start">First address, a multiple of 4 KiB.</param>
    /// <param name="size">Number of bytes, a multiple of 4 KiB.</param>
    /// <param name="device">What takes the stores, and the loads while the memory is not plain.</param>
    /// <exception cref="InvalidOperationException">The window overlaps another one.</exception>
    public PhysicalWindow MapBehind(string name, uint start, uint size, IMmioDevice device)
    {
        NativeBlock block = new(size);
        _blocks.Add(block);
        PhysicalWindow window = new(name, start, size, block.Start, writable: false, device);
        Add(window);
        return window;
    }

    /// <summary>Adds something that is asked, after those that were added before, where no window is.</summary>
    public void AddLastResort(ILastResort last) => _lastResorts.Add(last);

    /// <summary>Whether something answers at an address where no window is.</summary>
    public bool IsAnswered(uint physical) => _lastResorts.Exists(last => last.TryRead(physical, 1, out _));

    /// <summary>Says how much of the RAM answers where it is.</summary>
    /// <param name="end">First address past it, a multiple of 4 KiB, at most <see cref="RamSize"/>.</param>
    public void SetRamEnd(uint end)
    {
        if (end < RamEnd)
            PlainWithdrawn?.Invoke(_windows[0]);
        RamEnd = end;
    }

    /// <summary>Reads RAM wherever it answers, as its controller does.</summary>
    /// <param name="offset">Where in the RAM.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The big-endian value.</param>
    /// <returns>False when it ends before that.</returns>
    public bool TryReadRam(uint offset, int size, out uint value)
    {
        bool isThere = offset < RamSize && RamSize - offset >= (uint)size;
        value = isThere ? ReadHost(Ram + offset, size) : 0;
        return isThere;
    }

    /// <summary>Writes RAM wherever it answers, as its controller does.</summary>
    /// <param name="offset">Where in the RAM.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The big-endian value.</param>
    /// <returns>False, with nothing written, when it ends before that.</returns>
    public bool TryWriteRam(uint offset, int size, uint value)
    {
        if (offset >= RamSize || RamSize - offset < (uint)size)
            return false;
        WriteRam(offset, size, value);
        return true;
    }

    /// <summary>Fetches an instruction where no plain memory is.</summary>
    /// <param name="physical">Its address, a multiple of 4.</param>
    /// <param name="word">Its word, big-endian.</param>
    /// <returns>False when nothing answers.</returns>
    public bool TryFetch(uint physical, out uint word)
    {
        word = 0;
        OtherAccesses++;
        if (FindAnswering(physical) is not null)
            return false;
        foreach (ILastResort last in _lastResorts)
        {
            if (last.TryFetch(physical, out word))
                return true;
        }

        return false;
    }

    /// <summary>Says whether a window's memory answers loads and fetches itself, or its device does.</summary>
    public void SetPlain(PhysicalWindow window, bool isPlain)
    {
        if (window.IsPlain && !isPlain)
            PlainWithdrawn?.Invoke(window);
        window.IsPlain = isPlain;
    }

    /// <summary>Gives the content of a page of memory, whoever answers for it now.</summary>
    /// <param name="page">Number of a 4 KiB page that is memory.</param>
    public ReadOnlySpan<byte> Content(uint page)
    {
        PhysicalWindow window = Find(page * PageSize)!;
        return new ReadOnlySpan<byte>(window.Host + ((page * PageSize) - window.Start), PageSize);
    }

    /// <summary>Gives the host address of a whole 4 KiB page of plain memory.</summary>
    /// <param name="physical">Any address in the page.</param>
    /// <param name="writable">Whether stores may go there.</param>
    /// <returns>Host address of the page's first byte; null when the page is not wholly plain memory.</returns>
    public byte* PlainPage(uint physical, out bool writable)
    {
        uint page = physical & ~(uint)(PageSize - 1);
        if (physical < RamEnd)
        {
            writable = true;
            return Ram + page;
        }

        PhysicalWindow? window = FindAnswering(page);
        writable = false;
        if (window is null || !window.IsPlain || window.Size - (page - window.Start) < PageSize)
            return null;
        writable = window.Writable;
        return window.Host + (page - window.Start);
    }

    /// <summary>
    /// Reads 1, 2 or 4 bytes as a big-endian value. The access may be misaligned but must not wrap past the end of the
    /// address space.
    /// </summary>
    /// <returns>False when there is a bus error: nothing answers at the address.</returns>
    public bool TryRead(uint physical, int size, out uint value)
    {
        if (IsRam(physical, size))
        {
            value = ReadHost(Ram + physical, size);
            return true;
        }

        OtherAccesses++;
        PhysicalWindow? window = FindAnswering(physical);
        if (window is not null && Holds(window, physical, size))
        {
            uint offset = physical - window.Start;
            if (window.IsPlain)
            {
                value = ReadHost(window.Host + offset, size);
            }
            else
            {
                value = window.Device!.Read(offset, size) & AllOnes(size);
                DeviceAccessed?.Invoke(new BusAccess(physical, size, value, IsWrite: false));
            }

            return true;
        }

        foreach (ILastResort last in _lastResorts)
        {
            if (last.TryRead(physical, size, out value))
                return true;
        }

        value = AllOnes(size);
        Unanswered?.Invoke(physical, false);
        _log.ReportOnce($"load from physical address 0x{physical:x8}, where this board has nothing", $"load {physical & ~0xfffu:x}");
        return !BusErrors;
    }

    /// <summary>
    /// Writes the low 1, 2 or 4 bytes of a value, big-endian. The access may be misaligned but must not wrap past the
    /// end of the address space.
    /// </summary>
    /// <returns>False when there is a bus error: nothing answers at the address.</returns>
    public bool TryWrite(uint physical, int size, uint value)
    {
        if (IsRam(physical, size))
        {
            WriteRam(physical, size, value);
            return true;
        }

        OtherAccesses++;
        PhysicalWindow? window = FindAnswering(physical);
        if (window is not null && Holds(window, physical, size))
        {
            uint offset = physical - window.Start;
            if (window.Device is { } device)
                WriteDevice(device, new BusAccess(physical, size, value & AllOnes(size), IsWrite: true), offset);
            else if (window.Writable)
                WritePlain(window, physical, size, value);
            else
                _log.ReportOnce($"store to read-only {window.Name} at physical address 0x{physical:x8}", $"store {physical & ~0xfffu:x}");
            return true;
        }

        foreach (ILastResort last in _lastResorts)
        {
            if (last.TryWrite(physical, size, value))
                return true;
        }

        Unanswered?.Invoke(physical, true);
        _log.ReportOnce($"store to physical address 0x{physical:x8}, where this board has nothing", $"store {physical & ~0xfffu:x}");
        return !BusErrors;
    }

    /// <summary>Copies bytes into memory of any kind, as image loaders do, and a flash that programs itself; translated code there is
    /// invalidated.</summary>
    /// <returns>False, with nothing written, when the range is not wholly in one memory.</returns>
    public bool TryCopyIn(uint physical, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        PhysicalWindow? window = Find(physical);
        if (window is null || window.Host == null || !window.Holds(physical, bytes.Length))
            return false;
        Journal?.NoteStore(physical, (uint)bytes.Length);
        bytes.CopyTo(new Span<byte>(window.Host + (physical - window.Start), bytes.Length));
        NotifyCode(physical, (uint)bytes.Length);
        return true;
    }

    /// <summary>Copies bytes out of plain memory, as DMA does.</summary>
    /// <returns>False, with nothing copied, when the range is not wholly in one memory.</returns>
    public bool TryCopyOut(uint physical, Span<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        PhysicalWindow? window = FindAnswering(physical);
        if (window is null || !window.IsPlain || !Holds(window, physical, bytes.Length))
            return false;
        new ReadOnlySpan<byte>(window.Host + (physical - window.Start), bytes.Length).CopyTo(bytes);
        return true;
    }

    /// <summary>Copies bytes into writable memory, as DMA does; translated code there is invalidated.</summary>
    /// <returns>False, with nothing written, when the range is not wholly in one writable memory.</returns>
    public bool TryStore(uint physical, ReadOnlySpan<byte> bytes)
    {
        if (FindAnswering(physical) is not { Writable: true } window || !Holds(window, physical, bytes.Length))
            return false;
        Storing?.Invoke(physical, bytes.Length);
        return TryCopyIn(physical, bytes);
    }

    /// <summary>Gives the window that an address lies in; null when the board has nothing there.</summary>
    public PhysicalWindow? Find(uint physical)
    {
        if (physical < RamSize)
            return _windows[0];
        foreach (PhysicalWindow window in _windows)
        {
            if (physical - window.Start < window.Size)
                return window;
        }

        return null;
    }

    /// <summary>Gives the window that answers at an address: RAM that does not answer where it is, is none.</summary>
    public PhysicalWindow? FindAnswering(uint physical) => physical >= RamEnd && physical < RamSize ? null : Find(physical);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBlock block in _blocks)
            block.Dispose();
        _codePages.Dispose();
    }

    private void WriteDevice(IMmioDevice device, BusAccess access, uint offset)
    {
        DeviceAccessed?.Invoke(access);
        device.Write(offset, access.Size, access.Value);
    }

    private void WritePlain(PhysicalWindow window, uint physical, int size, uint value)
    {
        Journal?.NoteStore(physical, (uint)size);
        WriteHost(window.Host + (physical - window.Start), size, value);
    }

    private static uint AllOnes(int size) => uint.MaxValue >> (32 - (8 * size));

    private static uint ReadHost(byte* host, int size) => size switch
    {
        1 => *host,
        2 => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(host)),
        _ => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(host)),
    };

    /// <summary>Whether an access lies in the RAM: the common case, tried before the windows are searched.</summary>
    private bool IsRam(uint physical, int size) => physical < RamEnd && RamEnd - physical >= (uint)size;

    /// <summary>Whether an access that begins in a window also ends where that answers.</summary>
    private bool Holds(PhysicalWindow window, uint physical, int bytes) =>
        window.Holds(physical, bytes) && (physical >= RamSize || RamEnd - physical >= (uint)bytes);

    private void WriteRam(uint offset, int size, uint value)
    {
        Journal?.NoteStore(offset, (uint)size);
        WriteHost(Ram + offset, size, value);
        NotifyCode(offset, (uint)size);
    }

    private static void WriteHost(byte* host, int size, uint value)
    {
        switch (size)
        {
            case 1: *host = (byte)value; break;
            case 2: Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness((ushort)value)); break;
            default: Unsafe.WriteUnaligned(host, BinaryPrimitives.ReverseEndianness(value)); break;
        }
    }

    private void NotifyCode(uint physical, uint bytes)
    {
        if (CodeWritten is null)
            return;
        for (uint page = physical / PageSize; page <= (physical + bytes - 1) / PageSize; page++)
        {
            if (CodePages[page] != 0)
            {
                CodeWritten(physical, bytes);
                return;
            }
        }
    }

    private void Add(PhysicalWindow added)
    {
        foreach (PhysicalWindow window in _windows)
        {
            if (added.Start - window.Start < window.Size || window.Start - added.Start < added.Size)
                throw new InvalidOperationException($"{added.Name} at 0x{added.Start:x8} overlaps {window.Name}.");
        }

        _windows.Add(added);
    }
}
