using System.Globalization;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Terminal;
using PpcJit.Lab.Differential.Hostile;

namespace PpcJit.Cli.Commands;

/// <summary>Runs hostile guests for <c>ppcjit fuzz --guests N</c>.</summary>
internal static class HostileRun
{
    /// <summary>Runs them, side by side, and reports.</summary>
    /// <returns>The exit code: 1 when the engines differ.</returns>
    public static int Execute(TextWriter output, ulong seed, ulong first, ulong guests, int jobs, EndSignals signals)
    {
        bool EndRequested() => signals.Received != 0;
        jobs = (int)Math.Min((ulong)jobs, Math.Max(guests, 1));
        HostileResult[] results = new HostileResult[jobs];

        // Each job has guests in a row, so that what fails first does not depend on how fast the host is.
        ulong Begin(int job) => first + (guests / (ulong)jobs * (ulong)job) + Math.Min((ulong)job, guests % (ulong)jobs);
        Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = jobs }, job =>
            results[job] = new HostileRunner(new HostileOptions
            {
                Seed = seed, EndRequested = EndRequested, First = Begin(job), Guests = Begin(job + 1) - Begin(job),
            }).Run());
        ulong Sum(Func<HostileResult, ulong> what) => results.Aggregate(0ul, (sum, result) => sum + what(result));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{Sum(result => result.Guests)} hostile guests, {Sum(result => result.Instructions)} instructions, "
                + $"{Sum(result => result.Exceptions)} exceptions, {Sum(result => (ulong)result.Regions)} regions in "
                + $"{results.Max(result => result.HostTime.TotalSeconds):f1} s\n"));
        if (results.Select(result => result.Failure).FirstOrDefault(found => found is not null) is not { } failure)
            return signals.CodeOr(ExitCode.Success);
        output.Write(failure.Report(seed));
        output.Flush();
        return ExitCode.GuestFailure;
    }
}
