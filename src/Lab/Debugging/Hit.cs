using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Debugging;

/// <summary>Where a probe was hit.</summary>
/// <param name="At">The place in the run: ahead of the instruction that executes or accesses, after an exception.</param>
/// <param name="Probe">Which probe.</param>
/// <param name="Address">Effective address that is executed or accessed; for an exception its vector's.</param>
/// <param name="Bytes">Bytes accessed; 0 for what is no access.</param>
/// <param name="IsStore">Whether it is a store.</param>
public sealed record Hit(Moment At, Probe Probe, uint Address, int Bytes = 0, bool IsStore = false);
