namespace PpcJit.Inspector.Counting;

/// <summary>Host instructions that QEMU executed in the windows of a subject.</summary>
/// <param name="name">The subject.</param>
internal sealed class PeerCount(string name)
{
    private readonly long[] _host = new long[Enum.GetValues<PeerClass>().Length];

    /// <summary>The subject.</summary>
    public string Name => name;

    /// <summary>Guest instructions.</summary>
    public long Instructions { get; private set; }

    /// <summary>Host instructions for each of them.</summary>
    public double HostPerGuest => (double)_host.Sum() / Instructions;

    /// <summary>Host instructions of a class for each guest instruction.</summary>
    public double PerGuest(PeerClass one) => (double)_host[(int)one] / Instructions;

    /// <summary>Adds a window: the addresses of host instructions in the order in which they were executed.</summary>
    public void Add(IReadOnlyList<ulong> window, PeerCode code)
    {
        PeerInstruction? last = null;
        long outside = 0;
        foreach (ulong address in window)
        {
            if (code.At(address) is not { } inside)
            {
                outside++;
                continue;
            }

            // What a helper's call was followed by until it came back; what else was outside found this block.
            _host[(int)(last is { IsCall: true } && last.Next == address ? PeerClass.Helpers : PeerClass.RunLoop)] += outside;
            outside = 0;
            _host[(int)inside.Class]++;
            Instructions += inside.Guest;
            last = inside;
        }

        _host[(int)PeerClass.RunLoop] += outside;
    }
}
