using PpcJit.Lab.Debugging;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// A small machine in a known state and how long it runs: what fuzzing generates, shrinks and writes to a file, and
/// what a person writes to pin down a rule. The machine is a 405 with 256 KB of RAM at address 0, 16 KB of other
/// memory, 16 KB of ROM and a page of registers; whatever is not mentioned is as after reset, with PC 0x4000 and MSR 0.
/// </summary>
public sealed record TestCase
{
    /// <summary>Bytes of RAM.</summary>
    public const uint RamSize = 0x40000;

    /// <summary>Where the memory beside the RAM begins, which is 0 after reset.</summary>
    public const uint SramStart = 0x100000;

    /// <summary>
    /// Where the ROM begins. Its words tell their address: it in the low half, its complement in the high half.
    /// </summary>
    public const uint RomStart = 0x200000;

    /// <summary>Bytes of either.</summary>
    public const uint SmallMemorySize = 0x4000;

    /// <summary>Where the page of registers begins, which count how often they are read.</summary>
    public const uint DeviceStart = 0x300000;

    /// <summary>Where execution begins unless <c>pc</c> is set.</summary>
    public const uint DefaultPc = 0x4000;

    /// <summary>Most instructions a case may run.</summary>
    public const ulong MaxRun = 10_000_000;

    /// <summary>What the case shows, as comment lines.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>
    /// Cases that run before it on the same machines with the same engines: what the fast engine has translated stays.
    /// Their outcome counts as well, their expectations do not.
    /// </summary>
    public IReadOnlyList<TestCase> Before { get; init; } = [];

    /// <summary>
    /// Counts of completed instructions at which the states are compared, rising; the last one ends the case.
    /// </summary>
    public IReadOnlyList<ulong> Points { get; init; } = [100];

    /// <summary>Registers that have a value, by the names of <see cref="RegisterNames"/>.</summary>
    public IReadOnlyList<RegisterValue> Registers { get; init; } = [];

    /// <summary>TLB entries.</summary>
    public IReadOnlyList<TlbValue> Tlb { get; init; } = [];

    /// <summary>Contents of memory: code and data.</summary>
    public IReadOnlyList<MemoryBlock> Memory { get; init; } = [];

    /// <summary>Registers as they must be at the end.</summary>
    public IReadOnlyList<RegisterValue> ExpectedRegisters { get; init; } = [];

    /// <summary>TLB entries as they must be at the end.</summary>
    public IReadOnlyList<TlbValue> ExpectedTlb { get; init; } = [];

    /// <summary>Memory as it must be at the end.</summary>
    public IReadOnlyList<MemoryBlock> ExpectedMemory { get; init; } = [];

    /// <summary>The same case with other contents of memory, also in the cases before it that share them.</summary>
    public TestCase WithMemory(IReadOnlyList<MemoryBlock> memory) => this with
    {
        Memory = memory,
        Before = [.. Before.Select(stage => ReferenceEquals(stage.Memory, Memory) ? stage with { Memory = memory } : stage)],
    };
}

/// <summary>A register and its value.</summary>
/// <param name="Name">A name of <see cref="RegisterNames"/>.</param>
/// <param name="Value">The value.</param>
public readonly record struct RegisterValue(string Name, uint Value);

/// <summary>A TLB entry.</summary>
/// <param name="Index">Which, 0 to 63.</param>
/// <param name="Hi">TLBHI: EPN, SIZE, V, E, U0.</param>
/// <param name="Lo">TLBLO: RPN, EX, WR, ZSEL, W, I, M, G.</param>
/// <param name="Tid">The process that it belongs to; 0 for all.</param>
public readonly record struct TlbValue(int Index, uint Hi, uint Lo, uint Tid);

/// <summary>Words at a physical address.</summary>
/// <param name="Address">Address of the first, a multiple of 4.</param>
/// <param name="Words">The words.</param>
/// <param name="IsCode">Whether they are shown as instructions.</param>
public sealed record MemoryBlock(uint Address, uint[] Words, bool IsCode);
