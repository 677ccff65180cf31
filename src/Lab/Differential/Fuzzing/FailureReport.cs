using System.Text;
using PpcJit.Lab.Debugging;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>Shrinks what fuzzing found, writes it as a case file and explains it.</summary>
public static class FailureReport
{
    /// <summary>Shrinks a failure, writes the case file, and gives the report.</summary>
    /// <param name="failure">What was found.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="options">Other options of the run that decide what is run, as on the command line, each after a space.</param>
    /// <param name="folder">Where the case file goes.</param>
    /// <exception cref="OutputException">The folder cannot be written to.</exception>
    public static string Write(FuzzFailure failure, ulong seed, string options, string folder)
    {
        StringBuilder text = new();
        text.Append($"\nThe engines differ: seed {seed}, program {failure.Program}, state {failure.State}, {failure.Setting}\n");
        ulong from = failure.Program & ~0x3ful;
        text.Append($"To repeat: ppcjit fuzz --seed {seed} --first {from} --jobs 1{options}\n");
        if (!failure.IsRepeatable)
        {
            text.Append("The case alone does not fail: it needs what the engine ran before it.\n");
            foreach (StateDifference difference in failure.Differences)
                text.Append($"{difference}\n");
            text.Append(CasePrinter.Print(failure.Case));
            return text.ToString();
        }

        using CaseRunner runner = new();
        TestCase small = new CaseShrinker(tried => runner.Run(tried, failure.Setting).Count > 0).Shrink(failure.Case);
        IReadOnlyList<StateDifference> differences = runner.Run(small, failure.Setting);
        small = small with
        {
            Comments =
            [
                $"Found by fuzzing: seed {seed}, program {failure.Program}, state {failure.State}.",
                $"{failure.Setting}",
                .. differences.Take(8).Select(difference => difference.ToString()),
            ],
            ExpectedRegisters = [.. differences.Where(difference => RegisterNames.Exists(difference.Name)).Select(
                difference => new RegisterValue(difference.Name, Convert.ToUInt32(difference.Expected, 16)))],
        };
        string path = Path.Combine(folder, $"fuzz-{seed}-{failure.Program}-{failure.State}.case");
        OutputFile.Write("the case file ", path, CasePrinter.Print(small));
        text.Append($"{path}:\n{CasePrinter.Print(small)}");
        if (runner.Locate(small, failure.Setting) is { } divergence)
            text.Append($"\n{DivergenceReport.Of(divergence)}");
        return text.ToString();
    }
}
