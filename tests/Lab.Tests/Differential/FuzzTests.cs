using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Lab.Differential.Fuzzing;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Differential;

internal sealed class FuzzTests
{
    [Test]
    public void Random_programs_run_alike_on_both_engines()
    {
        using FuzzRunner runner = new(new FuzzOptions { Seed = 405, Cases = 8000, StatesPerProgram = 16 });
        FuzzResult result = runner.Run();
        Assert.That(result.Failure is null ? "" : CasePrinter.Print(result.Failure.Case), Is.Empty);
        Assert.That(result.Cases, Is.EqualTo(8000));
    }

    [Test]
    public void Random_programs_run_alike_with_each_switch_alone()
    {
        IReadOnlyList<JitOptions> settings = FuzzOptions.EachSwitchAlone;
        Assert.That(settings.Distinct().Count(), Is.EqualTo(JitOptions.SwitchNames.Count));
        Assert.That(settings, Has.None.EqualTo(FuzzOptions.StandardSettings[0]));

        // A setting has 64 programs in a row
        ulong programs = 64ul * (ulong)settings.Count;
        using FuzzRunner runner = new(new FuzzOptions { Seed = 22, Cases = 2 * programs, StatesPerProgram = 2, Settings = settings });
        FuzzResult result = runner.Run();
        Assert.That(result.Failure is null ? "" : $"{result.Failure.Setting}\n{CasePrinter.Print(result.Failure.Case)}", Is.Empty);
        Assert.That(result.Programs, Is.EqualTo(programs));
    }

    [Test]
    public void Random_programs_exercise_every_instruction_and_every_exception()
    {
        FuzzOptions options = new() { Cases = 12_000, StatesPerProgram = 4, TraceEvery = 1, Settings = [
            new JitOptions { Background = false, Regions = false }] };
        using FuzzRunner runner = new(options);
        Assert.That(runner.Run().Failure, Is.Null);
        Assert.That(runner.Coverage.RowsNotCompleted.Select(row => row.Mnemonic), Is.Empty);
        Assert.That(runner.Coverage.ExceptionsNotTaken, Is.Empty);
        Assert.That(runner.Coverage.Tlb.NeverUsed, Is.Empty);
    }

    [Test]
    public void Regions_leave_for_every_reason()
    {
        using FuzzRunner runner = new(new FuzzOptions { Cases = 2000, StatesPerProgram = 8 });
        runner.Run();
        runner.Dispose();
        IEnumerable<string> never = runner.Coverage.EngineFigures.Where(
            figure => figure.Key.StartsWith("exits ", StringComparison.Ordinal) && figure.Value == 0)
            .Select(figure => figure.Key);
        Assert.That(never, Is.Empty);
    }

    [Test]
    public void A_program_follows_from_seed_and_index()
    {
        FuzzProgram first = FuzzProgram.Generate(7, 11, null);
        FuzzProgram second = FuzzProgram.Generate(7, 11, null);
        Assert.That(CasePrinter.Print(first.NextState()), Is.EqualTo(CasePrinter.Print(second.NextState())));
        Assert.That(CasePrinter.Print(FuzzProgram.Generate(7, 12, null).NextState()), Is.Not.EqualTo(CasePrinter.Print(second.NextState())));
    }

    [Test]
    public void A_failing_case_shrinks_to_the_instruction_at_fault_and_still_fails_from_its_file()
    {
        JitOptions faulty = new() { Threshold = 2, Fault = word => Decoder.Decode(word) == Op.Nand ? word & ~1u ^ 0x200 : word };
        using FuzzRunner fuzzer = new(
            new FuzzOptions { Only = FuzzGroup.Integer, Cases = 20_000, StatesPerProgram = 4, Settings = [
                faulty with { Background = false }] });
        FuzzFailure? failure = fuzzer.Run().Failure;
        Assert.That(failure, Is.Not.Null);
        using CaseRunner runner = new();
        TestCase small = new CaseShrinker(tried => runner.Run(tried, faulty).Count > 0).Shrink(failure.Case);
        uint[] instructions = [.. small.Memory.Where(block => block.IsCode).SelectMany(block => block.Words).Where(word => word != 0x60000000)];
        Assert.That(instructions.Select(Decoder.Decode), Does.Contain(Op.Nand));
        Assert.That(instructions, Has.Length.LessThan(4));
        TestCase read = CaseParser.Parse("small", CasePrinter.Print(small));
        Assert.That(runner.Run(read, faulty), Is.Not.Empty);
        Assert.That(runner.Run(read, faulty with { Fault = null }), Is.Empty);
    }
}
