using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>What a machine had done when its guest died, or something was found: so much that it can be done again later, and explained.</summary>
/// <param name="Run">The run; null where it cannot be done again.</param>
/// <param name="Lack">Why it cannot; null where it can.</param>
/// <param name="End">How it ended.</param>
/// <param name="At">Where the machine stood.</param>
/// <param name="Finding">What was found; null for a death that no check foresaw.</param>
internal sealed record KeptRun(RunFile? Run, string? Lack, CaseEnd End, Moment At, Finding? Finding)
{
    /// <summary>Keeps what a machine has done.</summary>
    public static KeptRun Of(CaseMachine machine, CaseEnd end)
    {
        string? lack = machine.Injector.Unsayable;
        return new KeptRun(lack is null ? machine.Describe([]) : null, lack, end, new Moment(machine.Count), machine.Finding);
    }
}
