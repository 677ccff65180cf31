using PpcJit.Compare.Contest;

namespace PpcJit.Bench.Tests;

/// <summary>There is no comparison of different results.</summary>
public sealed class ChecksumsTests
{
    private static readonly IReadOnlyList<Contender> All = Contender.All("ppcjit");

    [Test]
    public void Equal_results_are_kept_with_who_computed_them()
    {
        Checksums checksums = new();
        checksums.Take("sort", 4, All[0], Line("sort", 4, "0123abcd"));
        checksums.Take("sort", 4, All[1], Line("sort", 4, "0123abcd"));
        (string workload, int count, string checksum, IReadOnlyCollection<string> contenders) = checksums.All.Single();
        Assert.That((workload, count, checksum), Is.EqualTo(("sort", 4, "0123abcd")));
        Assert.That(contenders, Is.EquivalentTo((string[])[Contender.Jit, Contender.Qemu]));
    }

    [Test]
    public void Different_results_are_refused_with_exit_code_1()
    {
        Checksums checksums = new();
        checksums.Take("sort", 4, All[0], Line("sort", 4, "0123abcd"));
        BenchException problem = Assert.Throws<BenchException>(() => checksums.Take("sort", 4, All[1], Line("sort", 4, "0123abce")))!;
        Assert.That(problem.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(problem.Message, Does.Contain("QEMU computed 0123abce").And.Contain("jit computed 0123abcd"));
    }

    [Test]
    public void Results_of_other_counts_are_not_compared()
    {
        Checksums checksums = new();
        checksums.Take("sort", 4, All[0], Line("sort", 4, "0123abcd"));
        Assert.That(() => checksums.Take("sort", 5, All[1], Line("sort", 5, "0123abce")), Throws.Nothing);
    }

    [Test]
    public void A_known_result_is_compared_even_if_all_agree() =>
        Assert.That(() => new Checksums()
            .Take("bench_mem", 2, All[0], "bench_mem rounds=2 bytes=1 checksum=00000000"),
                Throws.TypeOf<BenchException>().With.Message.Contain("4d9ffb26"));

    [TestCase("")]
    [TestCase("panic: no")]
    [TestCase("work sort rounds=3 checksum=0123abcd")]
    public void A_guest_that_did_not_finish_is_refused(string output) =>
        Assert.That(() => new Checksums()
            .Take("sort", 4, All[0], output), Throws.TypeOf<BenchException>().With.Message.Contain("did not finish sort count=4"));

    private static string Line(string name, int count, string checksum) => $"booting\nwork {name} rounds={count} checksum={checksum}\n";
}
