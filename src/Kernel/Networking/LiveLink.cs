using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking;

/// <summary>A cable that leads to the host.</summary>
internal sealed class LiveLink : NetworkLink
{
    private readonly INetworkBackend _backend;

    /// <summary>Instructions after which a full cable is looked at again: as long as the longest frame lasts.</summary>
    private readonly ulong _retry;

    public LiveLink(Board board, IEthernetPort port, INetworkBackend backend, PcapFile? capture)
        : base(board, port, capture)
    {
        const ulong MaxFrameMicroseconds = 123;
        _backend = backend;
        _retry = Math.Max(1, board.Events.InstructionsPerSecond * MaxFrameMicroseconds / 1_000_000);
        board.Loaded += ForgetInput;
    }

    /// <inheritdoc/>
    public override string Description => _backend.Description;

    /// <summary>Does what is to be done on the host.</summary>
    /// <param name="most">How long to wait at most when there is nothing.</param>
    public void Poll(TimeSpan most)
    {
        _backend.Poll(_backend.HasFrame ? TimeSpan.Zero : most);
        LetIn();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _backend.Dispose();
    }

    private protected override ulong OnInput()
    {
        while (_backend.HasFrame)
        {
            if (!Port.CanReceive)
                return Now + _retry;
            Enter(_backend.Take());
        }

        return ulong.MaxValue;
    }

    private protected override void Forward(ReadOnlySpan<byte> content)
    {
        _backend.Send(content);
        LetIn(); // an answer may be there already
    }

    private void LetIn()
    {
        if (_backend.HasFrame)
            AwaitInputAt(Now);
    }
}
