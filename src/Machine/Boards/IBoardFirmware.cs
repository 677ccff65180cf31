namespace PpcJit.Machine.Boards;

/// <summary>How a board's own firmware starts a kernel: what it leaves where in memory, and in which registers it says so.</summary>
public interface IBoardFirmware
{
    /// <summary>What the agreement is called, for people.</summary>
    string Name { get; }

    /// <summary>Speed of the console in bits per second, as the firmware leaves it.</summary>
    uint BaudRate { get; }

    /// <summary>Says in one sentence what of a start it cannot do.</summary>
    /// <param name="board">The board.</param>
    /// <param name="hasCommandLine">Whether there is a command line to hand over.</param>
    /// <param name="hasInitrd">Whether there is an initial RAM disk.</param>
    /// <returns>Null when it can do all of it.</returns>
    string? Objection(Board board, bool hasCommandLine, bool hasInitrd) => null;

    /// <summary>Leaves what a kernel is to find; the kernel itself is in place already.</summary>
    /// <param name="board">The board.</param>
    /// <param name="handOver">What there is to hand over, and the memory for it.</param>
    /// <returns>The registers at the kernel's entry.</returns>
    BootRegisters Start(Board board, IHandOver handOver);
}

/// <summary>What a firmware hands to a kernel, and where it can put it. Whoever implements it refuses what does not fit.</summary>
public interface IHandOver
{
    /// <summary>Places bytes at an address.</summary>
    /// <param name="name">What they are, for messages.</param>
    /// <param name="start">First physical address.</param>
    /// <param name="bytes">The contents.</param>
    void Place(string name, uint start, byte[] bytes);

    /// <summary>Places bytes as high as possible in free RAM below a limit.</summary>
    /// <param name="name">What they are, for messages.</param>
    /// <param name="bytes">The contents.</param>
    /// <param name="limit">First address past the range that may be used.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>The address chosen.</returns>
    uint PlaceBelow(string name, byte[] bytes, uint limit, uint alignment);

    /// <summary>Places the firmware's stack as high in RAM as possible.</summary>
    /// <returns>The stack pointer.</returns>
    uint PlaceStack();

    /// <summary>Places the command line just under an address, with a terminator that its end does not include.</summary>
    /// <returns>Its first address and the one past its last character; twice <paramref name="limit"/> when there is none.</returns>
    (uint Start, uint End) PlaceCommandLine(uint limit);

    /// <summary>Places the initial RAM disk.</summary>
    /// <returns>Its first address and the one past its last; zeros when there is none.</returns>
    (uint Start, uint End) PlaceInitrd();

    /// <summary>The command line as bytes; empty when there is none.</summary>
    ReadOnlyMemory<byte> CommandLine { get; }
}
