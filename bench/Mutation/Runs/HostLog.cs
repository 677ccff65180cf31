using System.Globalization;

namespace PpcJit.Mutation.Runs;

/// <summary>How a mutant's run ended.</summary>
/// <param name="Mutant">Its number.</param>
/// <param name="Fate">How it fared.</param>
/// <param name="Test">The test that noticed it; empty for none.</param>
/// <param name="Seconds">How much processor time it took.</param>
/// <param name="IsSure">
/// Whether the process had tried no mutant before. What another one left behind may be why it crashed, does not end or,
/// where the test then fails without any mutant, why it failed.
/// </param>
internal sealed record HostEnd(int Mutant, Fate Fate, string Test, double Seconds, bool IsSure);

/// <summary>What a host of tests wrote while it tried mutants.</summary>
internal static class HostLog
{
    /// <summary>Reads how the runs of mutants ended.</summary>
    /// <param name="lines">What was written, in four cells a line: what, milliseconds, the mutant, the test.</param>
    /// <param name="ended">Whether the process ended by itself.</param>
    /// <returns>
    /// One for each mutant that was begun. A process that is gone without a word crashed in the test that began last.
    /// </returns>
    public static IReadOnlyList<HostEnd> Read(IEnumerable<string> lines, bool ended)
    {
        List<HostEnd> ends = [];
        int mutant = -1;
        string test = "";
        void End(Fate fate, string noticed, double milliseconds, bool isSure)
        {
            ends.Add(new HostEnd(mutant, fate, noticed, milliseconds / 1000, isSure));
            mutant = -1;
        }

        foreach (string line in lines)
        {
            // The last line of a process that was ended may be cut.
            if (line.Split('\t') is not [var what, var time, var number, var name])
                continue;
            double milliseconds = double.Parse(time, CultureInfo.InvariantCulture);
            switch (what)
            {
                case "mutant": (mutant, test) = (int.Parse(number, CultureInfo.InvariantCulture), "(before the first test)"); break;
                case "start": test = name; break;
                case "done": End(Fate.Survived, "", milliseconds, isSure: true); break;
                case "failed": End(Fate.Failed, name, milliseconds, isSure: true); break;
                case "spoilt": End(Fate.Failed, name, milliseconds, isSure: ends.Count == 0); break;
                case "timeout": End(Fate.TimedOut, name, milliseconds, isSure: ends.Count == 0); break;
            }
        }

        if (mutant >= 0)
            End(ended ? Fate.Crashed : Fate.TimedOut, test, 0, isSure: ends.Count == 0);
        return ends;
    }
}
