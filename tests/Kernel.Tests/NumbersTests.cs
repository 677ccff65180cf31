namespace PpcJit.Kernel.Tests;

[TestFixture]
internal sealed class NumbersTests
{
    [TestCase("0", 0ul)]
    [TestCase("250000000", 250_000_000ul)]
    [TestCase("250_000_000", 250_000_000ul)]
    [TestCase("250M", 250_000_000ul)]
    [TestCase("1.5g", 1_500_000_000ul)]
    [TestCase("3k", 3000ul)]
    [TestCase("0x10", 16ul)]
    [TestCase("18446744073709551615", ulong.MaxValue)]
    public void Counts_have_units_of_a_thousand(string text, ulong expected) => Assert.That(Numbers.Count("--n", text), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("M")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("1e6")]
    [TestCase("0x")]
    [TestCase("18446744073709551616")]
    [TestCase("99999999999G")]
    [TestCase("١")]
    public void What_is_no_count_is_refused(string text) =>
        Assert.That(() => Numbers.Count("--n", text), Throws.TypeOf<InputException>().With.Message.Contains("--n"));

    [Test]
    public void Counts_are_separated_by_commas() => Assert.That(Numbers.Counts("--n", "1M, 2,0x3"), Is.EqualTo(new ulong[] { 1_000_000, 2, 3 }));

    [TestCase("128M", 128u << 20)]
    [TestCase("128MB", 128u << 20)]
    [TestCase("64MiB", 64u << 20)]
    [TestCase("16k", 16384u)]
    [TestCase("4096", 4096u)]
    [TestCase("0x1000", 4096u)]
    [TestCase("0x0b", 11u)]
    public void Sizes_have_units_of_1024(string text, uint expected) => Assert.That(Numbers.Size("--n", text), Is.EqualTo(expected));

    [TestCase("4G")]
    [TestCase("B")]
    [TestCase("12Q")]
    public void What_is_no_size_is_refused(string text) => Assert.That(() => Numbers.Size("--n", text), Throws.TypeOf<InputException>());

    [TestCase("0x400000", 0x400000u)]
    [TestCase("fff80000", 0xfff80000u)]
    [TestCase("0XFFFFFFFC", 0xfffffffcu)]
    public void Addresses_are_hexadecimal(string text, uint expected) => Assert.That(Numbers.Address("--n", text), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("0x100000000")]
    [TestCase("main")]
    public void What_is_no_address_is_refused(string text) => Assert.That(() => Numbers.Address("--n", text), Throws.TypeOf<InputException>());
}
