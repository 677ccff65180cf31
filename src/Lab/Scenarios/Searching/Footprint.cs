namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// What the handler of an injected interrupt was seen to depend on: it decides which places of a run are alike. It was learned from a sample of
/// places, so what another path of the handler needs is not in it.
/// </summary>
/// <param name="Pages">Effective addresses, one in each page of which it needs a translation, without those near the stack pointer.</param>
/// <param name="StackLow">Least offset from the interrupted r1 at which it accesses memory, in bytes.</param>
/// <param name="StackHigh">Greatest such offset.</param>
/// <param name="Words">Physical addresses of words of RAM that it reads before it has written them.</param>
/// <param name="Trials">From how many places that was learned.</param>
internal sealed record Footprint(IReadOnlyList<uint> Pages, int StackLow, int StackHigh, IReadOnlyList<uint> Words, int Trials)
{
    /// <summary>What other injections get, that have no handler: the frame that the next function makes.</summary>
    public static Footprint Unknown { get; } = new([], -128, 0, [], 0);
}
