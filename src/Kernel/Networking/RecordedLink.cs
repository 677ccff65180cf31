using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking;

/// <summary>A cable over which comes what came in a recorded run, and then nothing more.</summary>
internal sealed class RecordedLink(Board board, IEthernetPort port, PcapFile? capture) : NetworkLink(board, port, capture)
{
    /// <inheritdoc/>
    public override string Description => "recorded run";

    private protected override ulong OnInput() => ulong.MaxValue;

    private protected override void Forward(ReadOnlySpan<byte> content)
    {
    }
}
