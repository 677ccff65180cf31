using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>What a boot protocol is asked to hand to a kernel.</summary>
/// <param name="Board">The machine.</param>
/// <param name="CommandLine">The command line as bytes without a terminator; null when none was given.</param>
/// <param name="Initrd">The initial RAM disk; null for none.</param>
internal sealed record BootRequest(Board Board, ReadOnlyMemory<byte>? CommandLine, ImageBytes? Initrd);
