using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using PpcJit.Machine.Isa;

namespace PpcJit.WholeSystem.Tests;

/// <summary>What is seen of a whole run of Linux, as a person asks for it.</summary>
public sealed partial class LinuxLookTests
{
    private const ulong Counted = 1_500_000;

    /// <summary>Ahead of the first function of Linux itself that keeps interrupts off for more than 10,000 instructions.</summary>
    private const ulong AfterTheWindow = 3_690_000;

    /// <summary>Turns of the loop that is put into Linux: with the instructions around it, its interrupts are off for 10,003.</summary>
    private const int Turns = 5000;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static string Symbols => Path.Combine(Path.GetDirectoryName(LinuxImages.Find(LinuxImages.Direct))!, "System.map");

    [OneTimeTearDown]
    public void DeleteTheFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Self_counts_of_a_profile_equal_those_of_the_log_function_by_function()
    {
        string log = Path.Combine(_folder, "a.log.gz");
        string hash = Boot(LinuxImages.Find(LinuxImages.Direct), "interpreter", Counted, "--log", "instructions", "--log-file", log);
        Dictionary<string, ulong> byLog = [];
        using (StreamReader reader = new(new GZipStream(File.OpenRead(log), CompressionMode.Decompress)))
        {
            while (reader.ReadLine() is { } line)
            {
                string name = FunctionOf(line);
                byLog[name] = byLog.GetValueOrDefault(name) + 1;
            }
        }

        foreach (string engine in (string[])["jit", "interpreter"])
        {
            string profile = Path.Combine(_folder, $"{engine}.folded");
            Assert.That(Boot(LinuxImages.Find(LinuxImages.Direct), engine, Counted, "--profile", profile), Is.EqualTo(hash));
            Dictionary<string, ulong> byProfile = File.ReadLines(profile).Select(line => FoldedLine().Match(line))
                .GroupBy(match => match.Groups["leaf"].Value, match => ulong.Parse(match.Groups["count"].Value))
                .ToDictionary(leaf => leaf.Key, leaf => leaf.Aggregate(0UL, (sum, count) => sum + count));
            Assert.That(byProfile.Values.Aggregate(0UL, (sum, count) => sum + count), Is.EqualTo(Counted));
            Assert.That(byProfile, Is.EquivalentTo(byLog));
        }
    }

    [TestCase("jit")]
    [TestCase("interpreter")]
    public void Interrupts_that_a_function_keeps_off_for_10_000_instructions_are_the_worst(string engine)
    {
        // Right after start_kernel has turned interrupts on for the first time.
        string image = Path.Combine(_folder, $"{engine}.elf");
        File.WriteAllBytes(image, Patched(File.ReadAllBytes(LinuxImages.Find(LinuxImages.Direct)), AddressOf("sched_clock_init")));
        string report = Path.Combine(_folder, $"{engine}.json");
        Boot(image, engine, AfterTheWindow, "--latency", report);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        JsonElement worst = json.RootElement.GetProperty("series")[0].GetProperty("worst");
        Assert.That(worst.GetProperty("end").GetUInt64() - worst.GetProperty("start").GetUInt64(), Is.EqualTo((2 * Turns) + 3));
        Assert.That(worst.GetProperty("from").GetString(), Does.StartWith("sched_clock_init"));
        Assert.That(worst.GetProperty("backtrace").EnumerateArray().Select(frame => frame.GetString()).Take(2),
            Is.EqualTo([$"sched_clock_init+0x{6 * 4:x}", worst.GetProperty("backtrace")[1].GetString()]));
        Assert.That(worst.GetProperty("backtrace")[1].GetString(), Does.StartWith("start_kernel+0x"));
    }

    [Test]
    public void Calls_and_a_profile_of_the_whole_boot_are_the_same_on_both_engines()
    {
        string[] hashes = [.. ((string[])["jit", "interpreter"]).Select(engine => Boot(
            LinuxImages.Find(LinuxImages.Direct), engine, 6_000_000, "--profile", Path.Combine(_folder, $"{engine}-whole.folded"),
            "--log", "calls,exceptions,interrupts,mmu,tlb,devices", "--log-file", Path.Combine(_folder, $"{engine}-whole.log")))];
        Assert.That(hashes[0], Is.EqualTo(hashes[1]).And.EqualTo(Boot(LinuxImages.Find(LinuxImages.Direct), "jit", 6_000_000)));
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "jit-whole.folded")),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(_folder, "interpreter-whole.folded"))));
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "jit-whole.log")),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(_folder, "interpreter-whole.log"))));
    }

    /// <summary>Boots an image up to a count and gives the state hash there.</summary>
    private static string Boot(string image, string engine, ulong until, params string[] options)
    {
        ProcessResult result = PpcJitProcess.Run(["boot", image, "--symbols", Symbols, "-q", "--engine", engine, "--max-instructions", $"{until}",
            "--state-hash-at", $"{until}", .. options]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.ErrorLines("state-hash").Single();
    }

    private static uint AddressOf(string symbol) =>
        Convert.ToUInt32(File.ReadLines(Symbols).Select(line => line.Split(' ')).Single(words => words[2] == symbol)[0], 16);

    /// <summary>A function does nothing any more but to keep interrupts off.</summary>
    private static byte[] Patched(byte[] elf, uint address)
    {
        string[] lines = ["wrteei 0", $"addi 0,0,{Turns}", "mtspr ctr,r0", "ori r0,r0,0", "bc 16,0,-4", "wrteei 1", "ori r0,r0,0", "bclr 20,0"];
        int table = (int)BinaryPrimitives.ReadUInt32BigEndian(elf.AsSpan(28));
        for (int n = 0; n < BinaryPrimitives.ReadUInt16BigEndian(elf.AsSpan(44)); n++)
        {
            ReadOnlySpan<byte> header = elf.AsSpan(table + (32 * n), 32);
            (uint offset, uint start, uint physical, uint size) = (
                BinaryPrimitives.ReadUInt32BigEndian(header[4..]), BinaryPrimitives.ReadUInt32BigEndian(header[8..]),
                BinaryPrimitives.ReadUInt32BigEndian(header[12..]), BinaryPrimitives.ReadUInt32BigEndian(header[16..]));
            uint place = address - start < size ? address - start : (address & 0x0fffffff) - physical;
            if (place >= size)
                continue;
            for (int line = 0; line < lines.Length; line++)
                BinaryPrimitives.WriteUInt32BigEndian(elf.AsSpan((int)(offset + place) + (4 * line)), Assembler.Word(lines[line]));
            return elf;
        }

        Assert.Fail("No segment has the function.");
        return elf;
    }

    /// <summary>What a profile calls the function of a line: where no symbol names it, by its page.</summary>
    private static string FunctionOf(string line)
    {
        Match place = Place().Match(line);
        string name = place.Groups["name"].Value;
        return name.Length > 0 ? name : $"0x{Convert.ToUInt32(place.Groups["address"].Value, 16) & ~0xfffu:x8}";
    }

    [GeneratedRegex(@"^@\S+ insn +0x(?<address>[0-9a-f]{8}) (?<name>[^ +\[]*)")]
    private static partial Regex Place();

    [GeneratedRegex(@"(^|;)(?<leaf>[^;]+) (?<count>\d+)$")]
    private static partial Regex FoldedLine();
}
