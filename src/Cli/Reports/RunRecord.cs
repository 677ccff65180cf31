using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Reports;

/// <summary>Everything there is to say about a finished run.</summary>
/// <param name="Board">The machine as the run left it.</param>
/// <param name="Guest">What was loaded.</param>
/// <param name="Engine">What executed it.</param>
/// <param name="Request">What the person asked for.</param>
/// <param name="Result">What happened.</param>
/// <param name="HardwareReports">What was said about hardware that is not modelled.</param>
/// <param name="Links">The cables that were plugged in.</param>
/// <param name="ExitCode">The program's exit code.</param>
internal sealed record RunRecord(
    Board Board, LoadedGuest Guest, IEngine Engine, RunRequest Request, RunResult Result,
    IReadOnlyList<string> HardwareReports, IReadOnlyList<NetworkLink> Links,
    int ExitCode)
{
    /// <summary>What the monitor answered.</summary>
    public IReadOnlyList<MonitorAnswer> Answers { get; init; } = [];
}
