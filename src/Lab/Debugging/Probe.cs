using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>Something that a person looks for in a run.</summary>
public abstract record Probe
{
    /// <summary>What must hold at a hit, looked at in the state of the hit; null when nothing must. It must not change the machine.</summary>
    public Func<Board, bool>? When { get; init; }
}

/// <summary>An instruction is about to be executed.</summary>
/// <param name="Address">Its effective address.</param>
public sealed record ExecProbe(uint Address) : Probe;

/// <summary>Data is about to be read or written.</summary>
/// <param name="Address">First address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Reads">Whether reads are looked for.</param>
/// <param name="Writes">Whether writes are looked for.</param>
/// <param name="IsPhysical">Whether the address is physical; else effective, in whatever context.</param>
public sealed record AccessProbe(uint Address, uint Length, bool Reads, bool Writes, bool IsPhysical = false) : Probe
{
    /// <summary>Whether an access touches the range.</summary>
    public bool Touches(uint address, int bytes) => address - Address < Length || Address - address < (uint)bytes;

    /// <summary>Whether any of the range lies in the 4 KiB page of an address.</summary>
    public bool IsInPage(uint address)
    {
        uint page = address >> 12;
        uint first = Address >> 12;
        return page - first <= ((Address & 0xfff) + Length - 1) >> 12;
    }
}

/// <summary>An exception was taken.</summary>
/// <param name="Kind">Which; null for any.</param>
public sealed record ExceptionProbe(ExceptionKind? Kind) : Probe;

/// <summary>An interrupt begins to be asked for, whether or not it is enabled; the hit is ahead of it.</summary>
/// <param name="Interrupt">Which.</param>
public sealed record InterruptProbe(InterruptChoice Interrupt) : Probe;

/// <summary>A register of a device is about to be read or written by the processor.</summary>
/// <param name="Registers">The register, or several of which any counts.</param>
public sealed record DeviceProbe(IReadOnlyList<BoardRegister> Registers) : Probe;

/// <summary>An instruction of some kind is about to be executed. One that faults is seen once more when it is tried again.</summary>
/// <param name="Matches">Which instructions those are, by their words.</param>
public sealed record InstructionProbe(Func<uint, bool> Matches) : Probe;

/// <summary>An entry of the TLB was written or evicted.</summary>
/// <param name="Index">Which; null for any.</param>
public sealed record TlbWriteProbe(int? Index = null) : Probe;

/// <summary>The guest transmits a text on its console.</summary>
/// <param name="Text">The text.</param>
public sealed record ConsoleProbe(string Text) : Probe;
