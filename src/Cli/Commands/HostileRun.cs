using System.Globalization;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Terminal;
using PpcJit.Lab.Differential.Hostile;

namespace PpcJit.Cli.Commands;

/// <summary>Runs hostile guests for <c>ppcjit fuzz --guests N</c>.</summary>
internal static class HostileRun
{
    /// <summary>Runs them, side by side, and reports.</summary>
    /// <param name="output">Where the report goes.</param>
    /// <param name="options">What is run.</param>
    /// <param name="repeated">Other options of the command line that decide what is run, each after a space.</param>
    /// <param name="jobs">How many guests run side by side.</param>
    /// <param name="signals">What ends the run before its time.</param>
    /// <returns>The exit code: 1 when the engines differ.</returns>
    public static int Execute(TextWriter output, HostileOptions options, string repeated, int jobs, EndSignals signals)
    {
        (ulong first, ulong guests) = (options.First, options.Guests);
        jobs = (int)Math.Min((ulong)jobs, Math.Max(guests, 1));
        HostileResult[] results = new HostileResult[jobs];

        // Each job has guests in a row, so that what fails first does not depend on how fast the host is.
        ulong Begin(int job) => first + (guests / (ulong)jobs * (ulong)job) + Math.Min((ulong)job, guests % (ulong)jobs);
        Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = jobs }, job =>
            results[job] = new HostileRunner(options with
            {
                EndRequested = () => signals.Received != 0, First = Begin(job), Guests = Begin(job + 1) - Begin(job),
            }).Run());
        ulong Sum(Func<HostileResult, ulong> what) => results.Aggregate(0ul, (sum, result) => sum + what(result));
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{Sum(result => result.Guests)} hostile guests, {Sum(result => result.Instructions)} instructions, "
                + $"{Sum(result => result.Exceptions)} exceptions, {Sum(result => (ulong)result.Regions)} regions in "
                + $"{results.Max(result => result.HostTime.TotalSeconds):f1} s\n"));
        if (results.Select(result => result.Failure).FirstOrDefault(found => found is not null) is not { } failure)
            return signals.CodeOr(ExitCode.Success);
        output.Write(failure.Report(options.Seed, repeated));
        output.Flush();
        return ExitCode.GuestFailure;
    }
}
