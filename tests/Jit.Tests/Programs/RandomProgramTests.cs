using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Tests.Programs;

public sealed class RandomProgramTests
{
    private const int Programs = 3;

    private static IEnumerable<TestCaseData> Instructions =>
        RandomProgram.Rows.Select(row => new TestCaseData(row.Op).SetArgDisplayNames(row.Mnemonic));

    [TestCaseSource(nameof(Instructions))]
    public void Both_engines_agree_on_loops_around(Op op)
    {
        InstructionRow focus = InstructionTable.Row(op);
        for (int n = 0; n < Programs; n++)
        {
            int seed = (1000 * (int)op) + n;
            bool translated = n % 2 == 1;
            Twins.Agree(machine => RandomProgram.Prepare(machine, focus, seed, translated), Counts(seed),
                Twins.Eager with { Threshold = 1 + (n * 2) });
        }
    }

    [TestCaseSource(typeof(Guests.Settings), nameof(Guests.Settings.Switches))]
    public void Both_engines_agree_on_random_loops_with(string setting)
    {
        Assert.That(Twins.Eager.TryApply(setting, out JitOptions options), Is.True);
        for (int seed = 0; seed < 8; seed++)
        {
            InstructionRow focus = RandomProgram.Rows[seed * 41 % RandomProgram.Rows.Length];
            int given = seed;
            Twins.Agree(machine => RandomProgram.Prepare(machine, focus, given, given % 2 == 0), Counts(seed), options with { Background = false });
        }
    }

    /// <summary>A long run in one go, then short ones that end anywhere.</summary>
    private static IEnumerable<ulong> Counts(int seed)
    {
        Random random = new(seed);
        ulong count = 4000;
        for (int n = 0; n < 30; n++)
        {
            yield return count;
            count += (ulong)random.Next(1, n < 20 ? 40 : 500);
        }
    }
}
