using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>A kernel is entered as a firmware does it.</summary>
/// <param name="firmware">The firmware: the board's own, mostly.</param>
internal sealed class FirmwareBoot(IBoardFirmware firmware) : IBootProtocol
{
    /// <inheritdoc/>
    public string Name => firmware.Name;

    /// <inheritdoc/>
    public uint BaudRate => firmware.BaudRate;

    /// <inheritdoc/>
    public BootRegisters Prepare(BootRequest request, Placement placement)
    {
        string? refused = firmware.Objection(request.Board, request.CommandLine is { IsEmpty: false }, request.Initrd is not null);
        return refused is { } objection
            ? throw new InputException(objection)
            : firmware.Start(request.Board, new HandOver(request, placement));
    }

    /// <summary>Hands over what was asked for, in memory that nothing else takes.</summary>
    private sealed class HandOver(BootRequest request, Placement placement) : IHandOver
    {
        /// <inheritdoc/>
        public ReadOnlyMemory<byte> CommandLine => request.CommandLine ?? default;

        /// <inheritdoc/>
        public void Place(string name, uint start, byte[] bytes) => placement.Add(name, start, bytes, (uint)bytes.Length);

        /// <inheritdoc/>
        public uint PlaceBelow(string name, byte[] bytes, uint limit, uint alignment) => placement.AddBelow(name, bytes, limit, alignment);

        /// <inheritdoc/>
        public uint PlaceStack() => LoaderStack.Place(request.Board, placement);

        /// <inheritdoc/>
        public (uint Start, uint End) PlaceCommandLine(uint limit) => CommandLinePlace.Choose(request, placement, limit);

        /// <inheritdoc/>
        public (uint Start, uint End) PlaceInitrd() => InitrdPlace.Choose(request, placement);
    }
}
