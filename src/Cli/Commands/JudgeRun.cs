using System.Diagnostics;
using System.Globalization;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Terminal;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Lab.Differential.Judging;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit fuzz --judge NAME</c>: random programs on both engines and on emulators that share no code with them.</summary>
internal static class JudgeRun
{
    /// <summary>The judges that can be named.</summary>
    public const string Qemu = "qemu";

    /// <summary>Compiles every place at once and waits for it, so that regions are judged and not only the cold tier.</summary>
    private static readonly JitOptions Eager = new() { Threshold = 1, Background = false };

    /// <summary>Runs the programs.</summary>
    /// <exception cref="InputException">There is no such judge, or it cannot be run.</exception>
    public static int Execute(TextWriter output, string name, ulong seed, ulong first, ulong count, EndSignals signals)
    {
        if (name != Qemu)
            throw new InputException($"--judge {name}: there is no such judge; there is: {Qemu}.");
        IJudge[] judges =
        [
            new OwnJudge("interpreter", processor => new InterpreterEngine(processor)),
            new OwnJudge("jit", processor => new JitEngine(processor, Eager)),
            .. QemuJudge.FindAll(),
        ];
        JudgeRunner runner = new(judges, seed)
        {
            EndRequested = () => signals.Received != 0,
            Progressed = Console.IsErrorRedirected ? null : done => StandardError.WriteControls($"\r{done} of {count} programs"),
        };
        long start = Stopwatch.GetTimestamp();
        JudgeDifference? difference = runner.Run(first, count);
        if (runner.Progressed is not null)
            StandardError.Write("\n");
        if (difference is null)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"{runner.Done} programs: {string.Join(", ", judges[..^1].Select(judge => judge.Name))} and {judges[^1].Name} "
                    + $"agree ({Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s).\n"));
            return signals.CodeOr(ExitCode.Success);
        }

        output.Write($"They differ after program {difference.Number}; again: ppcjit fuzz --judge {name} --seed {seed} "
            + $"--first {difference.Number} --cases 1\n\n");
        foreach (string value in difference.Values)
            output.Write($"  {value}\n");
        output.Write("\n");
        for (int n = 0; n < difference.Program.Code.Count; n++)
            output.Write($"  {4 * n,3:x}  {Disassembler.Disassemble(difference.Program.Code[n], (uint)(4 * n))}\n");
        return ExitCode.GuestFailure;
    }
}
