using System.Text.Json;

namespace PpcJit.Cli.Tests.Processes;

[TestFixture]
internal sealed class BootTests
{
    [Test]
    public void A_guest_that_resets_ends_with_0_and_standard_output_is_what_it_printed()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        ProcessResult result = PpcJitProcess.Run(image.Boot);
        Assert.That(result.Error, Is.Empty);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "ok")));
    }

    [Test]
    public void A_limit_without_a_text_ends_with_0()
    {
        using RawImage image = RawImage.ThatLoops();
        Assert.That(PpcJitProcess.Run([.. image.Boot, "--max-instructions", "1M"]).ExitCode, Is.Zero);
    }

    [Test]
    public void A_limit_before_the_text_ends_with_1()
    {
        using RawImage image = RawImage.ThatLoops();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "--max-instructions", "1M", "--exit-on", "never"]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("did not appear within 1000000 instructions"));
    }

    [Test]
    public void A_text_that_appears_ends_with_0()
    {
        using RawImage image = RawImage.ThatPrintsForEver();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "--exit-on", "xxx"]);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "xxx")));
    }

    [Test]
    public void A_guest_that_fails_ends_with_1_and_a_report()
    {
        using RawImage image = RawImage.ThatFails();
        ProcessResult result = PpcJitProcess.Run(image.Boot);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("PC ").And.Contain("MSR ").And.Contain("Program at 0x00000700"));
    }

    [Test]
    public void State_hashes_are_lines_on_standard_error_and_the_same_in_every_run([Values("interpreter", "jit")] string engine)
    {
        using RawImage image = RawImage.ThatPrintsForEver();
        string[] arguments = [.. image.Boot, "--engine", engine, "--max-instructions", "20000", "--state-hash-at", "0,5,10000,20000"];
        string[] first = PpcJitProcess.Run(arguments).ErrorLines("state-hash");
        Assert.That(first.Select(line => line.Split(' ')[1]), Is.EqualTo(new[] { "0", "5", "10000", "20000" }));
        Assert.That(first, Has.All.Match("^state-hash [0-9]+ [0-9a-f]{16}$"));
        Assert.That(PpcJitProcess.Run(arguments).ErrorLines("state-hash"), Is.EqualTo(first));
    }

    [Test]
    public void Text_of_the_input_option_reaches_the_guest()
    {
        using RawImage image = RawImage.ThatEchoes();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "--input", @"a\x41\n", "--exit-on", @"aA\n", "--max-instructions", "50M"]);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "# aA\n")));
    }

    [Test]
    public void Lines_on_standard_input_reach_the_guest()
    {
        using RawImage image = RawImage.ThatEchoes();
        ProcessResult result = PpcJitProcess.RunWithInput("piped\n", [.. image.Boot, "--exit-on", "piped", "--max-instructions", "2G"]);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "# piped")));
    }

    [Test]
    public void The_report_for_programs_holds_what_the_run_did()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        string path = Path.GetTempFileName();
        PpcJitProcess.Run([.. image.Boot, "--json", path, "--state-hash-at", "3"]);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(path));
        File.Delete(path);
        JsonElement root = report.RootElement;
        Assert.That(root.GetProperty("end").GetString(), Is.EqualTo("Reset"));
        Assert.That(root.GetProperty("exitCode").GetInt32(), Is.Zero);
        Assert.That(root.GetProperty("instructions").GetInt32(), Is.EqualTo(10));
        Assert.That(root.GetProperty("consoleBytes").GetInt32(), Is.EqualTo(2));
        Assert.That(root.GetProperty("stateHashes")[0].GetProperty("count").GetInt32(), Is.EqualTo(3));
        Assert.That(root.GetProperty("exceptions").GetProperty("Program").GetInt32(), Is.Zero);
    }

    [Test]
    public void Statistics_name_the_figures()
    {
        using RawImage image = RawImage.ThatFails();
        string error = PpcJitProcess.Run([.. image.Boot, "--stats"]).Error;
        foreach (string figure in (string[])["instructions", "host time", "guest MIPS", "TLB misses", "interrupts", "exception Program"])
            Assert.That(error, Does.Contain(figure));
    }

    [Test]
    public void A_reset_before_the_text_of_exit_on_is_a_failure()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "--exit-on", "never"]);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("reset the machine").And.Contain("did not appear"));
    }

    [Test]
    public void A_guest_that_waits_for_nothing_ends_though_an_idle_pipe_is_open()
    {
        using RawImage image = RawImage.ThatWaitsForNothing();
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {string.Join(' ', image.Boot)} < <(exec sleep 30 2> /dev/null)");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("waits for nothing"));
    }

    [Test]
    public void A_run_that_is_refused_leaves_the_old_outputs_as_they_were()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        string[] files = [.. ((string[])["json", "profile", "capture", "run"]).Select(name => Path.Combine(folder.FullName, name))];
        foreach (string file in files)
            File.WriteAllText(file, file.EndsWith("profile", StringComparison.Ordinal) ? "" : "old");
        ProcessResult result = PpcJitProcess.Run(
            "boot", "guest:demo", "--initrd", "no-such-file", "--json", files[0], "--jit-profile", files[1], "--net",
            $"user,pcap={files[2]}", "--save-run", files[3]);
        string[] left = [.. files.Select(File.ReadAllText)];
        int count = folder.GetFiles().Length;
        folder.Delete(recursive: true);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(left, Is.EqualTo(new[] { "old", "", "old", "old" }));
        Assert.That(count, Is.EqualTo(4), "temporary files are gone");
    }

    [TestCase("--print", "bad(")]
    [TestCase("--count", "bad")]
    [TestCase("--console2", "unix:/no/such/folder/socket")]
    [TestCase("--monitor-on-death")]
    public void A_run_that_is_refused_late_leaves_the_file_of_the_console_as_it_was(params string[] option)
    {
        using TemporaryFile file = new("old"u8.ToArray());
        ProcessResult refused = PpcJitProcess.Run(["boot", "guest:demo", "--console", file.Path, .. option]);
        Assert.That((refused.ExitCode, File.ReadAllText(file.Path)), Is.EqualTo((2, "old")), refused.Error);
    }

    [Test]
    public void The_file_of_a_console_has_what_the_guest_printed_also_while_the_monitor_went_on()
    {
        using TemporaryFile file = new("old"u8.ToArray());
        ProcessResult run = PpcJitProcess.Run("boot", "guest:demo", "--console", file.Path, "--max-instructions", "100K", "--do", "goto @13000000");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(File.ReadAllText(file.Path), Does.StartWith("PpcJit demo").And.Contain("crc: the checksum"));
    }

    [Test]
    public void An_empty_profile_is_one_that_has_nothing_yet()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        string profile = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "--jit-profile", profile]);
        long length = new FileInfo(profile).Length;
        File.Delete(profile);
        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((0, "ok", "")));
        Assert.That(length, Is.Positive);
    }

    [Test]
    public void Too_little_memory_of_the_host_is_no_fault_of_the_program()
    {
        // The runtime's own limit for managed memory; 100 MB of a compressed image need more.
        string image = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Shell(
            $"head -c 100000000 /dev/zero | gzip > {image}; DOTNET_GCHeapHardLimit=0x3000000 ./ppcjit boot {image} "
                + $"--load 0 --max-instructions 1; code=$?; rm {image}; exit $code");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain("The host has too little memory for this").And.Not.Contain("fault in PpcJit"));
    }

    [Test]
    public void A_number_alone_is_memory_in_megabytes_and_that_is_said()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        ProcessResult result = PpcJitProcess.Run([.. image.Boot, "-m", "64"]);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "ok")));
        Assert.That(result.Error, Does.Contain("64 MB"));
    }

    [Test]
    public void A_board_that_the_device_tree_contradicts_is_said()
    {
        using TemporaryFile tree = new(Tree("amcc,kilauea"));
        ProcessResult result = PpcJitProcess.Run("boot", "guest:demo", "--max-instructions", "1", "--board", "ref405ep", "--dtb", tree.Path);
        Assert.That(result.Error, Does.Contain(
            $"--board ref405ep: {tree.Path} is for amcc,kilauea, which is the board kilauea; it is booted on ref405ep, as was asked."));
        ProcessResult fitting = PpcJitProcess.Run("boot", "guest:demo", "--max-instructions", "1", "--board", "kilauea", "--dtb", tree.Path);
        Assert.That(fitting.Error, Does.Not.Contain("as was asked"));
    }

    /// <summary>A flattened device tree (Devicetree Specification, chapter 5) with nothing but a root that says what it is compatible with.</summary>
    private static byte[] Tree(string compatible)
    {
        const uint Header = 40, Reserved = 16, Magic = 0xd00dfeed, Version = 17, Compatible = 16;
        const uint BeginNode = 1, EndNode = 2, Property = 3, End = 9;
        byte[] text = System.Text.Encoding.ASCII.GetBytes(compatible + '\0');
        byte[] padded = [.. text, .. new byte[-text.Length & 3]];
        byte[] structure = [.. Words(BeginNode, 0, Property, (uint)text.Length, 0), .. padded, .. Words(EndNode, End)];
        byte[] strings = "compatible\0"u8.ToArray();
        uint first = Header + Reserved;
        uint length = (uint)structure.Length;
        byte[] header = Words(Magic, first + length + (uint)strings.Length, first, first + length, Header, Version, Compatible, 0,
            (uint)strings.Length, length);
        return [.. header, .. new byte[Reserved], .. structure, .. strings];
    }

    private static byte[] Words(params uint[] words) => [.. words.SelectMany(word => BitConverter.GetBytes(word).Reverse())];
}
