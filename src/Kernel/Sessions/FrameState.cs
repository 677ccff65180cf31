namespace PpcJit.Kernel.Sessions;

/// <summary>What a function has done to the stack, and where its return address is, ahead of one of its instructions.</summary>
/// <param name="Size">Bytes of the frame that it has made; 0 while r1 is its caller's.</param>
/// <param name="Holder">The register to which it copied the link register; -1 for none.</param>
/// <param name="IsSaved">Whether the return address is in its caller's frame (System V ABI, PowerPC supplement: at 4).</param>
/// <param name="IsInLink">Whether the link register still has it.</param>
internal readonly record struct FrameState(int Size, int Holder, bool IsSaved, bool IsInLink)
{
    /// <summary>Where a function begins.</summary>
    public static FrameState AtEntry { get; } = new(0, -1, false, true);
}
