using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.Flash;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Boards;

/// <summary>
/// A whole machine: processor, memory, devices, and what a person wants to know about them. A board's own file creates one and
/// plugs the devices in; it should read like the board's block diagram.
/// </summary>
public sealed unsafe class Board : IStateful, IDisposable
{
    /// <summary>Where the processor comes out of reset.</summary>
    public const uint ResetVector = 0xfffffffc;

    private readonly List<BoardDevice> _devices = [];
    private readonly List<BoardInterrupt> _interrupts = [];
    private readonly List<IEthernetPort> _ethernet = [];
    private ulong _putElsewhere;

    /// <summary>Creates a board with a processor and RAM, and no devices.</summary>
    /// <param name="name">The name used on the command line.</param>
    /// <param name="title">One line that says what the board is.</param>
    /// <param name="model">The chip.</param>
    /// <param name="ramSize">Bytes of RAM at physical address 0.</param>
    public Board(string name, string title, ProcessorModel model, uint ramSize)
    {
        Name = name;
        Title = title;
        Log = new HardwareLog();
        Memory = new PhysicalAddressSpace(ramSize, Log);
        Dcr = new DcrBus(Log);
        Processor = new Processor(model, Memory, Dcr, Log);
    }

    /// <summary>The name used on the command line.</summary>
    public string Name { get; private set; }

    /// <summary>One line that says what the board is.</summary>
    public string Title { get; private set; }

    /// <summary>Where unmodelled hardware is reported.</summary>
    public HardwareLog Log { get; }

    /// <summary>The physical address space.</summary>
    public PhysicalAddressSpace Memory { get; }

    /// <summary>The device control registers.</summary>
    public DcrBus Dcr { get; }

    /// <summary>The core.</summary>
    public Processor Processor { get; }

    /// <summary>All that is scheduled.</summary>
    public EventQueue Events => Processor.Events;

    /// <summary>The UART that is the terminal.</summary>
    public Uart16550? Console { get; set; }

    /// <summary>The flash at the top of its address space; null for none.</summary>
    public FlashChip? Flash { get; private set; }

    /// <summary>Its disk; null for none.</summary>
    public AtaDisk? Disk { get; private set; }

    /// <summary>Whether its flash holds something at the reset vector.</summary>
    public bool HasFirmware => Flash is { } flash && flash.Content[^4..].ContainsAnyExcept((byte)0xff);

    /// <summary>Its clocks out of reset; null for a machine that has no firmware to ask for them.</summary>
    public BoardClocks? Clocks { get; set; }

    /// <summary>Ethernet interfaces, the board's first one first.</summary>
    public IReadOnlyList<IEthernetPort> Ethernet => _ethernet;

    /// <summary>Raised when <see cref="Load"/> has put the machine into another state: what stands outside finds its place in time again.</summary>
    public event Action? Loaded;

    /// <summary>Connected interrupts, for people.</summary>
    public IReadOnlyList<BoardInterrupt> Interrupts => _interrupts;

    /// <summary>Grows whenever the guest, or something that is due, may have changed a device. What comes from outside is not noted here.</summary>
    public ulong DeviceChanges => Memory.OtherAccesses + Dcr.Accesses + Events.Happened + _putElsewhere;

    /// <summary><see cref="DeviceChanges"/> without those that can only be of interrupt controllers.</summary>
    public ulong ChangesBesideControllers => DeviceChanges - Dcr.ControllerWrites;

    /// <summary>Devices by name, in the order in which they were plugged in.</summary>
    public IReadOnlyList<BoardDevice> Devices => _devices;

    /// <summary>Gives the devices of a kind, in the order in which they were plugged in.</summary>
    public IEnumerable<T> DevicesOf<T>() => _devices.Select(plugged => plugged.Device).OfType<T>();

    /// <summary>Calls it what its description does, whoever built it.</summary>
    internal void Call(string name, string title) => (Name, Title) = (name, title);

    /// <summary>Plugs in a device: its state now belongs to hashes and snapshots.</summary>
    public T Add<T>(string name, T device, ResetBy reset = ResetBy.Chip)
        where T : IStateful
    {
        _devices.Add(new BoardDevice(name, device) { Reset = reset });
        return device;
    }

    /// <summary>Plugs in a flash, erased, that ends at the top of the address space.</summary>
    /// <param name="bytes">A size that a model has.</param>
    public void AddFlash(uint bytes)
    {
        FlashModel model = FlashModel.OfSize(bytes) ?? throw new InvalidOperationException($"There is no flash of {bytes} bytes.");
        Flash = Add("FLASH", new FlashChip(model, Events), ResetBy.System);
        Flash.Connect(Memory, "Flash", 0 - bytes);
    }

    /// <summary>Notes the drive of a disk, which is plugged in.</summary>
    public void AddDisk(AtaDisk disk) => Disk = Add("DISK", disk);

    /// <summary>Takes back what a board's firmware has done to it where firmware is taken for granted: the machine is as it comes out of
    /// reset.</summary>
    public void ComeOutOfReset()
    {
        foreach ((_, IStateful device) in _devices)
        {
            if (device is ISetUpByFirmware setUp)
                setUp.ComeOutOfReset();
        }
    }

    /// <summary>From now on a reset goes on with the firmware in the flash, if there is some; devices come back into their present state
    /// then.</summary>
    public void AllowRestart() => Processor.Resetting = new BoardReset(this).Execute;

    /// <summary>Notes an Ethernet interface.</summary>
    public void AddEthernet(IEthernetPort port) => _ethernet.Add(port);

    /// <summary>Gives the line that drives an input of the interrupt controllers; null when there is none.</summary>
    /// <param name="input">Number of the input, counted on over all controllers.</param>
    public InterruptLine? InterruptInput(int input) => ControllerOf(input)?.Input(input % Uic.InputCount);

    /// <summary>Gives the interrupt controller that has an input; null when there is none.</summary>
    /// <param name="input">Number of the input, counted on over all controllers.</param>
    public Uic? ControllerOf(int input) => DevicesOf<Uic>().ElementAtOrDefault(input / Uic.InputCount);

    /// <summary>Notes that a reset changes devices.</summary>
    internal void NoteReset() => _putElsewhere++;

    /// <summary>Notes which interrupt controller input a device drives.</summary>
    public void Describe(BoardInterrupt interrupt) => _interrupts.Add(interrupt);

    /// <summary>
    /// Hash of everything that a guest can observe: registers, TLB, timers, scheduled events, devices, and the content of all memories.
    /// Equal hashes at equal counts are what engines are compared by.
    /// </summary>
    public ulong StateHash()
    {
        StateWriter writer = new();
        Save(writer);
        StateHash hash = default;
        hash.Add(writer.Written);
        foreach (PhysicalWindow window in Memory.Windows)
        {
            if (window.Host != null)
                hash.AddMemory(new ReadOnlySpan<byte>(window.Host, (int)window.Size));
        }

        return hash.Value;
    }

    /// <summary>Writes the state of processor and devices; memories are saved separately, page by page.</summary>
    public void Save(StateWriter writer)
    {
        Processor.Save(writer);
        foreach ((_, IStateful device) in _devices)
            device.Save(writer);
        if (!Processor.DataCache.IsEmpty)
            Processor.DataCache.Save(writer);
    }

    /// <summary>Puts back what was made of the disk, which is no part of the saved state.</summary>
    /// <param name="content">What a disk of this kind of machine was; null for a machine without.</param>
    public void RestoreDisk(DiskContent? content)
    {
        if (Disk is { } disk && content is not null)
            disk.Content = content;
    }

    /// <summary>Loads the processor alone, of a state in which all devices are what they are now, and no line is in the cache alone.</summary>
    public void LoadProcessor(StateReader reader)
    {
        Processor.Load(reader);
        Loaded?.Invoke();
    }

    /// <summary>Writes the state of the interrupt controllers alone, for <see cref="LoadControllers"/>.</summary>
    public void SaveControllers(StateWriter writer)
    {
        foreach ((_, IStateful device) in _devices)
        {
            if (device is IDcrDevice { IsInterruptController: true })
                device.Save(writer);
        }
    }

    /// <summary>Loads the interrupt controllers and the processor, of a state in which all other devices are what they are now.</summary>
    /// <param name="processor">The state, as for <see cref="LoadProcessor"/>.</param>
    /// <param name="controllers">What <see cref="SaveControllers"/> wrote.</param>
    public void LoadControllers(StateReader processor, StateReader controllers)
    {
        Processor.Load(processor);
        foreach ((_, IStateful device) in _devices)
        {
            if (device is IDcrDevice { IsInterruptController: true })
                device.Load(controllers);
        }

        Loaded?.Invoke();
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        Processor.Load(reader);
        foreach ((_, IStateful device) in _devices)
            device.Load(reader);

        _putElsewhere++;

        // Only firmware that has no memory yet keeps lines in the cache alone: the state ends without them
        Processor.DataCache.Clear();
        if (reader.Remaining > 0)
            Processor.DataCache.Load(reader);
        Loaded?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Processor.Dispose();
        Memory.Dispose();
    }
}

/// <summary>An input of the interrupt controllers.</summary>
/// <param name="Input">Number of the input, counted on over all controllers: 0 to 31 are those of UIC0, 32 to 63 those of UIC1.</param>
/// <param name="Device">What drives it.</param>
public sealed record BoardInterrupt(int Input, string Device);
