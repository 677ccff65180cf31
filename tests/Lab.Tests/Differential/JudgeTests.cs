using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Lab.Differential.Judging;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Differential;

/// <summary>
/// Random programs before several judges: whether they are run, and whether a wrong judge is noticed. QEMU itself is
/// asked with the whole systems.
/// </summary>
internal sealed class JudgeTests
{
    private static readonly JitOptions Eager = new() { Threshold = 1, Background = false };

    private static OwnJudge Oracle => new("interpreter", processor => new InterpreterEngine(processor));

    [Test]
    public void Each_program_gives_a_line_in_each_pass_and_the_passes_agree()
    {
        JudgeRunner runner = new([Oracle], 1);
        IReadOnlyList<string> lines = Oracle.Run(
            JudgeImage.Create([.. Enumerable.Range(0, 50).Select(n => runner.Program((ulong)n))], isLong: false));

        Assert.That(lines, Has.Count.EqualTo(50 * JudgeImage.Passes));
        Assert.That(lines, Has.All.Match("^[0-9a-f]{8}$"));
        Assert.That(lines.Take(50).Distinct().Count(), Is.EqualTo(50), "programs whose outcome is the same show nothing");
    }

    [Test]
    public void Programs_contain_every_instruction_that_is_not_excluded()
    {
        JudgeRunner runner = new([Oracle], 7);
        HashSet<Op> found = [.. Enumerable.Range(0, 500).SelectMany(n => runner.Program((ulong)n).Code).Select(Decoder.Decode)];

        Assert.That(JudgedProgramGenerator.Rows.Select(row => row.Op).Except(found), Is.Empty);
        Assert.That(found.Intersect(JudgedProgramGenerator.Exclusions.Keys), Is.Empty);
        Assert.That(JudgedProgramGenerator.Rows, Has.Count.GreaterThan(110));
    }

    [Test]
    public void A_program_is_the_same_each_time_it_is_made()
    {
        JudgedProgram one = new JudgeRunner([], 3).Program(11);
        JudgedProgram other = new JudgeRunner([], 3).Program(11);
        Assert.That(other.Code, Is.EqualTo(one.Code));
        Assert.That(other.Registers, Is.EqualTo(one.Registers));
        Assert.That(new JudgeRunner([], 4).Program(11).Code, Is.Not.EqualTo(one.Code));
    }

    [Test]
    public void Both_engines_agree() =>
        Assert.That(new JudgeRunner([Oracle, new OwnJudge("jit", processor => new JitEngine(processor, Eager))], 2).Run(0, 500), Is.Null);

    [Test]
    public void A_wrong_judge_is_found_with_what_it_has_wrong()
    {
        static uint Wrong(uint word) => Decoder.Decode(word) == Op.Nand ? word ^ 0x200 : word;
        OwnJudge faulty = new("faulty", processor => new JitEngine(processor, Eager with { Fault = Wrong }));
        JudgeDifference? difference = new JudgeRunner([Oracle, faulty], 5).Run(0, 500);

        Assert.That(difference, Is.Not.Null);
        Assert.That(difference!.Program.Code.Select(Decoder.Decode), Does.Contain(Op.Nand));
        Assert.That(difference.Values, Is.Not.Empty.And.All.Match("^[a-z].*: interpreter 0x[0-9a-f]{8}, faulty 0x[0-9a-f]{8}$"));
    }

    [Test]
    public void A_judge_that_does_not_come_to_the_end_is_an_error()
    {
        OwnJudge stops = new("one that stops", processor => new StoppingEngine(processor));
        InputException error = Assert.Throws<InputException>(() => new JudgeRunner([stops], 1).Run(0, 1))!;
        Assert.That(error.Message, Does.StartWith("one that stops did not come to the end"));
    }

    private sealed class StoppingEngine(Machine.Cpu.Processor processor) : Machine.Cpu.IEngine
    {
        private readonly InterpreterEngine _engine = new(processor);

        public string Name => "stops";

        public void Run(ulong until) => _engine.Run(500);

        public void Dispose() => _engine.Dispose();
    }
}
