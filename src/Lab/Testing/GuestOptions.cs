using PpcJit.Kernel.Booting;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Kernels;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Testing;

/// <summary>Which of the two engines executes a guest. Both reach the same states at the same counts.</summary>
public enum GuestEngine
{
    /// <summary>The fast engine, which translates to the host's machine code.</summary>
    Jit,

    /// <summary>The reference interpreter.</summary>
    Interpreter,
}

/// <summary>How a guest is booted. Without any of it, the image says for which board it is.</summary>
public sealed record GuestOptions
{
    /// <summary>The board's name in <see cref="BoardCatalog"/>; null for the one that the image is for.</summary>
    public string? Board { get; init; }

    /// <summary>Bytes of RAM; null for what the board usually has.</summary>
    public uint? MemoryBytes { get; init; }

    /// <summary>CPU clock in Hz; null for the board's usual one.</summary>
    public ulong? ClockHz { get; init; }

    /// <summary>The kernel's command line; null for none.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Path of an initial RAM disk; null for none.</summary>
    public string? Initrd { get; init; }

    /// <summary>Path of a flattened device tree; null for the board's own boot protocol.</summary>
    public string? DeviceTree { get; init; }

    /// <summary>How the kernel is entered in place of the board's own boot protocol; null for that.</summary>
    public IBoardFirmware? BootProtocol { get; init; }

    /// <summary>Path of a System.map, an <c>nm</c> listing or an ELF with symbols; null for the image's own symbols.</summary>
    public string? Symbols { get; init; }

    /// <summary>Physical address at which a raw binary is loaded; null for images that say it themselves.</summary>
    public uint? LoadAddress { get; init; }

    /// <summary>Physical address of the first instruction; null for the image's own.</summary>
    public uint? EntryAddress { get; init; }

    /// <summary>Path of a disk's contents. What the guest writes is not written back. Null for no disk.</summary>
    public string? Disk { get; init; }

    /// <summary>Path of a flash's contents. What the guest programs is not written back. Null for a board as its firmware leaves it.</summary>
    public string? Flash { get; init; }

    /// <summary>What executes the guest.</summary>
    public GuestEngine Engine { get; init; }

    /// <summary>Which kernel it is: a name of <see cref="KernelCatalog"/>.</summary>
    public string Kernel { get; init; } = KernelCatalog.Auto;

    /// <summary>How much of the past is kept.</summary>
    public TimelineOptions History { get; init; } = new();

    /// <summary>How many instructions a run goes on at most in search of something, where nothing else is said: some seconds of the host.</summary>
    public ulong Limit { get; init; } = 2_000_000_000;

    /// <summary>The same for the loader.</summary>
    internal BootOptions ToBoot(BootOptions image) => image with
    {
        CommandLine = CommandLine,
        InitrdPath = Initrd,
        DtbPath = DeviceTree,
        Protocol = BootProtocol,
        SymbolsPath = Symbols ?? image.SymbolsPath,
        LoadAddress = LoadAddress,
        EntryAddress = EntryAddress,
        Disk = Disk is null ? null : new DiskOptions(Disk) { Keeping = FileKeeping.Snapshot },
        Flash = Flash is null ? null : new FlashOptions(Flash) { Keeping = FileKeeping.Snapshot },
    };

    /// <summary>The same for the board.</summary>
    internal BoardOptions ToBoard(BoardOptions usual) => usual with { MemoryBytes = MemoryBytes ?? usual.MemoryBytes, ClockHz = ClockHz };
}
