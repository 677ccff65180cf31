using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PpcJit.Bench;
using PpcJit.Inspector.Reports;
using PpcJit.Inspector.Sampling;
using PpcJit.Kernel.Loading;
using PpcJit.Machine.Isa;

namespace PpcJit.Inspector.Tests;

/// <summary>The inspector as a person starts it.</summary>
[Platform("Linux")]
public sealed class InspectionTests
{
    private static readonly string Image = Path.Combine(PpcJitProcess.Root, "guests", "work", "work.elf");

    [Test]
    public void A_running_guest_is_found_with_its_regions_and_their_code()
    {
        string file = Path.GetTempFileName();
        try
        {
            // The guest waits for each region and has the first ones at once, so that what the look finds does not depend on when it happens.
            ProcessResult result = Inspect(
                $"run '{Image}' --looks 1 --sample 1 --listings 3 --json '{file}' -- --jit-opt "
                    + "threshold=5,background=off --append 'work=compress count=1000000'");
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain("Bounded: yes").And.Contain("what regions are charged, instructions").And.Contain("(guest)"));
            using JsonDocument report = JsonDocument.Parse(File.ReadAllText(file));
            CheckRegions(report.RootElement);
            CheckHottest(report.RootElement);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_process_that_there_is_not_is_bad_input() => CheckRefused("attach 4194304", "there is no process 4194304");

    [Test]
    public void A_process_that_is_not_PpcJit_is_bad_input()
    {
        using Process cat = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        try
        {
            CheckRefused($"attach {cat.Id}", $"process {cat.Id} (cat) is not PpcJit");
        }
        finally
        {
            cat.StandardInput.Close();
            cat.WaitForExit();
        }
    }

    [TestCase("run /nowhere/kernel.elf", "/nowhere/kernel.elf does not exist")]
    [TestCase("run guest:demo -- --bogus", "--bogus")]
    [TestCase("attach", "See --help")]
    [TestCase("attach 1 --json /nowhere/report.json", "--json /nowhere/report.json")]
    [TestCase("soak --regions 0", "--regions")]
    [TestCase("run guest:demo --every 0", "--every")]
    public void What_cannot_be_used_is_said_in_a_line(string arguments, string reason) => CheckRefused(arguments, reason);

    [Test]
    public void Machine_code_is_listed_with_its_samples()
    {
        byte[] code = [0x55, 0x75, 0xfd, 0xc3];
        HostInstruction[] lines = [.. NativeListing.Of(code, 0x7000, [0x7001, 0x7003, 0x7001])];
        Assert.That(lines, Is.EqualTo(new HostInstruction[] { new(0, "push rbp", 0), new(1, "jne short 0", 2), new(3, "ret", 1) }));
    }

    [Test]
    public void Bounds_follow_the_limit_of_the_engine() =>
        Assert.That(Bounds.MaxHeldInstructions(2_000_000, 1) - Bounds.MaxHeldInstructions(1_000_000, 1), Is.EqualTo(1_000_000 * Bounds.HeldOverKept));

    private static void CheckRegions(JsonElement report)
    {
        JsonElement[] regions = [.. report.GetProperty("regions").EnumerateArray().Where(
            region => region.GetProperty("guest").ValueKind == JsonValueKind.String)];
        Assert.That(regions, Is.Not.Empty);
        foreach (JsonElement region in regions)
        {
            string address = region.GetProperty("guest").GetString()!;
            Assert.That(region.GetProperty("name").GetString(), Is.EqualTo($"ppc_{address}"));
            Assert.That(region.GetProperty("size").GetInt64(), Is.Positive.And.EqualTo(
                region.GetProperty("hotSize").GetInt64() + region.GetProperty("coldSize").GetInt64()));
        }

        Assert.That(report.GetProperty("pages").EnumerateArray().Sum(page => page.GetProperty("regions").GetInt32()), Is.EqualTo(regions.Length));
        JsonElement heaps = report.GetProperty("codeHeaps");
        Assert.That(heaps.GetProperty("committed").GetInt64(), Is.GreaterThanOrEqualTo(heaps.GetProperty("used").GetInt64()));
        Assert.That(report.GetProperty("engines")[0].GetProperty("threshold").GetInt32(), Is.EqualTo(5));
    }

    /// <summary>The guest's memory must hold what the image has there, and the text must be that of the words.</summary>
    private static void CheckHottest(JsonElement report)
    {
        Dictionary<uint, uint> words = ImageWords();
        JsonElement[] hottest = [.. report.GetProperty("hottest").EnumerateArray().Take(3)];
        Assert.That(hottest, Is.Not.Empty);
        foreach (JsonElement region in hottest)
        {
            JsonElement[] guest = [.. region.GetProperty("guestCode").EnumerateArray()];
            Assert.That(guest, Has.Length.EqualTo(region.GetProperty("instructions").GetInt32()));
            Assert.That(guest.Select(line => line.GetProperty("address").GetString()), Has.Member(region.GetProperty("guest").GetString()));
            foreach (JsonElement line in guest)
            {
                (uint address, uint word) = (Hex(line, "address"), Hex(line, "word"));
                Assert.That(word, Is.EqualTo(words[address]), $"{address:x8}");
                Assert.That(line.GetProperty("text").GetString(), Is.EqualTo(Disassembler.Disassemble(word, address)));
            }

            JsonElement[] host = [.. region.GetProperty("hostCode").EnumerateArray()];
            Assert.That(host.Select(line => line.GetProperty("text").GetString()), Has.No.Member("(bad)").And.Member("ret"));
            Assert.That(host.Sum(line => line.GetProperty("hits").GetInt32()), Is.EqualTo(region.GetProperty("samples").GetInt32()));
        }
    }

    private static Dictionary<uint, uint> ImageWords() =>
        ProgramListing.Read(Image, loadAddress: null, symbolsPath: null).Lines(0, uint.MaxValue)
            .ToDictionary(line => line.Address, line => line.Word);

    private static uint Hex(JsonElement line, string name) =>
        uint.Parse(line.GetProperty(name).GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void CheckRefused(string arguments, string reason)
    {
        ProcessResult result = Inspect(arguments);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.Error);
        Assert.That(result.Error, Does.StartWith("inspector: ").And.Contain(reason));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain('\n'));
    }

    private static ProcessResult Inspect(string arguments) =>
        PpcJitProcess.Shell($"dotnet '{typeof(InspectorCommand).Assembly.Location}' {arguments}");
}
