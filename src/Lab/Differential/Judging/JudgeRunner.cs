using PpcJit.Kernel;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>Runs random programs on several judges and compares what they leave behind.</summary>
/// <param name="judges">Whose results are compared; the first is the one that the others are compared with.</param>
/// <param name="seed">Everything random follows from it.</param>
public sealed class JudgeRunner(IReadOnlyList<IJudge> judges, ulong seed)
{
    /// <summary>
    /// A run costs 5.5 s of processor time whatever is in its image, and half a second and 14 MB for each 1,000 programs
    /// (<c>fuzz --judge qemu</c> with 500 and with 5,000 cases).
    /// </summary>
    private const int ProgramsInImage = 5_000;

    /// <summary>Asked before each image whether the run shall end before its time; null for never.</summary>
    public Func<bool>? EndRequested { get; set; }

    /// <summary>How many programs are done.</summary>
    public ulong Done { get; private set; }

    /// <summary>Called with the number of programs that are done.</summary>
    public Action<ulong>? Progressed { get; set; }

    /// <summary>Runs programs until one makes a difference.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <returns>The first difference; null when all agree.</returns>
    /// <exception cref="InputException">A judge could not run them.</exception>
    public JudgeDifference? Run(ulong first, ulong count)
    {
        Done = 0;
        for (ulong done = 0; done < count && EndRequested?.Invoke() != true;)
        {
            ulong batch = Math.Min(ProgramsInImage, count - done);
            JudgedProgram[] programs = new JudgedProgram[batch];
            for (ulong n = 0; n < batch; n++)
                programs[n] = Program(first + done + n);
            IReadOnlyList<string>[] lines = RunAll(programs, isLong: false);
            for (int n = 0; n < lines[0].Count; n++)
            {
                int program = n % programs.Length;
                if (Array.Exists(lines, those => those[n] != lines[0][n]))
                    return Explain(first + done + (ulong)program, programs[program]);
            }

            done += batch;
            Done = done;
            Progressed?.Invoke(done);
        }

        return null;
    }

    /// <summary>The program of a number.</summary>
    public JudgedProgram Program(ulong number)
    {
        // A generator of its own for each, so that any can be made again without the others.
        int own = HashOf(seed, number);
        return new JudgedProgramGenerator(new Random(own)).Generate();
    }

    private static int HashOf(ulong seed, ulong number)
    {
        ulong mixed = ((seed * 0x9e37_79b9_7f4a_7c15) + number) * 0xbf58_476d_1ce4_e5b9;
        mixed ^= mixed >> 29;
        return (int)((mixed * 0x94d0_49bb_1331_11eb) >> 33);
    }

    private IReadOnlyList<string>[] RunAll(JudgedProgram[] programs, bool isLong)
    {
        IReadOnlyList<string>[] lines = [.. judges.Select(judge => judge.Run(JudgeImage.Create(programs, isLong, judge.Machine)))];
        return Array.Exists(lines, those => those.Count != lines[0].Count)
            ? throw new InputException("The judges printed different numbers of lines: "
                + string.Join(", ", judges.Zip(lines, (judge, those) => $"{judge.Name} {those.Count}")) + ".")
            : lines;
    }

    private JudgeDifference Explain(ulong number, JudgedProgram program)
    {
        IReadOnlyList<string>[] values = RunAll([program], isLong: true);
        List<string> differences = [];
        for (int n = 0; n < values[0].Count; n++)
        {
            if (Array.Exists(values, those => those[n] != values[0][n]))
                differences.Add($"{JudgeImage.NameOf(n)}: {string.Join(", ", judges.Zip(values, (judge, those) => $"{judge.Name} 0x{those[n]}"))}");
        }

        return new JudgeDifference(number, program, differences);
    }
}

/// <summary>A program after which judges differ.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Program">The program.</param>
/// <param name="Values">What differs, a line each; empty when it needs the programs before it.</param>
public sealed record JudgeDifference(ulong Number, JudgedProgram Program, IReadOnlyList<string> Values);
