using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>The agreement between a board's firmware and a kernel: what stands where in memory, and which registers say so.</summary>
internal interface IBootProtocol
{
    /// <summary>What it is called, for people.</summary>
    string Name { get; }

    /// <summary>Speed of the console in bits per second, as the firmware leaves it.</summary>
    uint BaudRate { get; }

    /// <summary>Places what the kernel is to find in memory; the image itself has been placed already.</summary>
    /// <returns>The registers at the kernel's entry.</returns>
    /// <exception cref="InputException">Something does not fit.</exception>
    BootRegisters Prepare(BootRequest request, Placement placement);
}
