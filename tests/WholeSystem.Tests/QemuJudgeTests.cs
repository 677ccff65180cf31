
namespace PpcJit.WholeSystem.Tests;

/// <summary>QEMU as a judge that shares no code with us.</summary>
public sealed class QemuJudgeTests
{
    [Test]
    public void Interpreter_jit_and_QEMU_agree_on_random_programs()
    {
        ProcessResult result = PpcJitProcess.Run("fuzz", "--judge", "qemu", "--seed", "11", "--cases", "4000");
        if (result.Error.Contains("can be started", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
            Assert.Ignore(result.Error);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output, Does.Match("^4000 programs: interpreter, jit(, qemu-ppc)? and qemu-(ppc|system-ppc .[a-z0-9]+.) agree"));
    }

    [Test]
    public void An_unknown_judge_is_refused()
    {
        ProcessResult result = PpcJitProcess.Run("fuzz", "--judge", "bochs");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("there is no such judge; there is: qemu"));
    }
}
