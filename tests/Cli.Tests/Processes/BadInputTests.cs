namespace PpcJit.Cli.Tests.Processes;

/// <summary>What cannot be used gives one sentence that names it, exit code 2 and no stack trace.</summary>
[TestFixture]
internal sealed class BadInputTests
{
    [TestCase("does not exist", "boot", "no-such-file")]
    [TestCase("src is a directory", "boot", "src")]
    [TestCase("Did you mean '--board'", "boot", "guest:demo", "--bord", "ref405ep")]
    [TestCase("Did you mean '--max-instructions'", "boot", "x", "--max-instruction", "1")]
    [TestCase("There is no command 'bot'. Did you mean 'boot'", "bot")]
    [TestCase("There is no board 'ref405pe'", "boot", "guest:demo", "--board", "ref405pe")]
    [TestCase("Did you mean 'ref405ep'?", "boot", "guest:demo", "--board", "ref405pe")]
    [TestCase("There is no engine 'interpeter'", "boot", "x", "--engine", "interpeter")]
    [TestCase("'12Q' is not a size", "boot", "guest:demo", "--memory", "12Q")]
    [TestCase("1 MB cannot be", "boot", "guest:demo", "--memory", "1M")]
    [TestCase("'many' is not a count", "boot", "x", "--max-instructions", "many")]
    [TestCase("'1.5' is not a count", "boot", "x", "--state-hash-at", "1,1.5")]
    [TestCase("'0xz' is not a 32-bit hexadecimal address", "boot", "x", "--load", "0xz")]
    [TestCase("a backslash is followed by", "boot", "x", "--input", "\\q")]
    [TestCase("--exit-on needs a text", "boot", "x", "--exit-on", "")]
    [TestCase("Did you mean 'user'", "boot", "guest:demo", "--net", "usr")]
    [TestCase("tftp=/no/such: there is no such folder", "boot", "guest:demo", "--net", "user,tftp=/no/such")]
    [TestCase("/no/such/file: the file cannot be written", "boot", "guest:demo", "--net", "user,pcap=/no/such/file")]
    [TestCase("exclude each other", "boot", "guest:demo", "--net", "user", "--save-run", "file", "--net-replay", "other")]
    [TestCase("is no run file and no network recording", "boot", "guest:demo", "--net-replay", "README.md")]
    [TestCase("IMAGE", "boot")]
    [TestCase("does not take 'y'", "boot", "x", "y")]
    [TestCase("ELF", "boot", "/bin/sh")]
    [TestCase("ELF", "disasm", "/bin/sh")]
    [TestCase("There is no symbol 'mian'", "disasm", "guests/demo/demo.elf", "--symbol", "mian")]
    [TestCase("There is no embedded guest 'dema'. Did you mean 'demo'?", "boot", "guest:dema")]
    [TestCase("There is no scenario 'kern-54949', and no file of that name. Did you mean 'kern-54994'", "scenario", "run", "kern-54949")]
    [TestCase("missing.yaml does not exist", "scenario", "run", "missing.yaml")]
    [TestCase("the scenario has no setting 'entyr'", "scenario", "run", "kern-54994", "--set", "entyr=1")]
    [TestCase("NAME=VALUE is expected", "scenario", "run", "kern-54994", "--set", "entry")]
    [TestCase("I/N is expected", "scenario", "run", "kern-54994", "--shard", "3")]
    [TestCase("the name ends in one of .html, .json, .xml", "scenario", "run", "kern-54994", "--report", "x.txt")]
    [TestCase("There is no engine 'jti'", "scenario", "run", "kern-54994", "--engine", "jti")]
    [TestCase("it is not a report", "scenario", "merge", "README.md")]
    [TestCase("cannot be written", "boot", "guest:demo", "--json", "/no/such/folder/file")]
    [TestCase("cannot be written: No space left on device", "boot", "guest:demo", "--json", "/dev/full")]
    [TestCase("cannot be written: No space left on device", "scenario", "run", "kern-54994", "--set", "upages=1", "--report", "json:/dev/full")]
    [TestCase("/dev/zero is a device", "boot", "/dev/zero")]
    [TestCase("/dev/zero is a device", "boot", "guest:demo", "--initrd", "/dev/zero")]
    [TestCase("is no regular file", "boot", "guest:demo", "--jit-profile", "/dev/zero")]
    [TestCase("--net none,pcap=/no/such/file: where no cable is plugged in there is nothing to capture", "boot", "guest:demo",
        "--net", "none,pcap=/no/such/file")]
    [TestCase("--json /tmp/ppcjit-one and --save-run /tmp/../tmp/ppcjit-one are one file", "boot", "guest:demo",
        "--net", "user", "--json", "/tmp/ppcjit-one", "--save-run", "/tmp/../tmp/ppcjit-one")]
    [TestCase("--jit-profile /no/such/folder/file: the folder of the file does not exist", "boot", "guest:demo",
        "--jit-profile", "/no/such/folder/file")]
    [TestCase("--json /tmp/ppcjit-one and --jit-profile /tmp/./ppcjit-one are one file", "dump-region", "guest:demo",
        "--at", "0x100000", "--json", "/tmp/ppcjit-one", "--jit-profile", "/tmp/./ppcjit-one")]
    [TestCase("--json guests/demo/demo.elf and IMAGE guests/demo/../demo/demo.elf are one file", "boot",
        "guests/demo/../demo/demo.elf", "--json", "guests/demo/demo.elf")]
    [TestCase("--report /tmp/ppcjit-one.json and --report /tmp/ppcjit-one.json are one file", "scenario", "run",
        "kern-54994", "--report", "/tmp/ppcjit-one.json", "--report", "json:/tmp/ppcjit-one.json")]
    [TestCase("N at most 100000", "scenario", "run", "kern-54994", "--shard", "1/2147483647")]
    [TestCase("it is no run file", "open", "README.md")]
    [TestCase("does not exist", "open", "no-such-file")]
    [TestCase("has no option '--board'", "open", "x", "--board", "walnut")]
    [TestCase("--at soon", "boot", "guest:demo", "--at", "soon")]
    [TestCase("it is no saved state", "boot", "guest:demo", "--load-state", "README.md")]
    [TestCase("--save-run and --load-state exclude each other", "boot", "guest:demo", "--save-run", "x", "--load-state", "y")]
    [TestCase("--with-image needs --save-run", "boot", "guest:demo", "--with-image")]
    [TestCase("--into /no/such: there is no such folder", "fuzz", "--cases", "1", "--into", "/no/such")]
    [TestCase("--disk /no/such/file: there is no such file", "boot", "guest:demo", "--board", "hotfoot", "--disk", "/no/such/file")]
    [TestCase("--disk src: a disk is a regular file, not a directory", "boot", "guest:demo", "--board", "walnut", "--disk", "src")]
    [TestCase("it begins with the name of a file", "boot", "guest:demo", "--disk", ",snapshot")]
    [TestCase("a disk has no option 'snapshto'; it has: read-only, snapshot. Did you mean 'snapshot'?", "boot", "guest:demo",
        "--disk", "x,snapshto")]
    [TestCase("a disk is read-only or a snapshot, not both", "lockstep", "guest:demo", "--disk", "x,snapshot,read-only")]
    [TestCase("a disk has whole sectors of 512 bytes", "boot", "guest:demo", "--board", "hotfoot", "--disk", "README.md,snapshot")]
    [TestCase("--disk README.md: ref405ep has no place for a disk; these boards have one: hotfoot, openblocks266, walnut.", "boot",
        "guest:demo", "--disk", "README.md,snapshot")]
    [TestCase("--disk README.md and --json README.md are one file", "boot", "guest:demo", "--disk", "README.md", "--json", "README.md")]
    [TestCase("There is no symbol ''", "dump-region", "guest:demo", "--at", "")]
    public void One_sentence_says_what_is_wrong(string expected, params string[] arguments) => Check(PpcJitProcess.Run(arguments), expected);

    [Test]
    public void Without_a_command_the_first_ones_are_named() => Check(PpcJitProcess.Run(), "ppcjit demo");

    [TestCase("boards")]
    [TestCase("boot guest:demo")]
    [TestCase("scenario list")]
    [TestCase("boot --help")]
    [TestCase("disasm guests/demo/demo.elf")]
    public void A_full_disk_is_reported(string command) =>
        Check(PpcJitProcess.Shell($"./ppcjit {command} > /dev/full"), "Standard output cannot be written: No space left on device");

    [TestCase("--net", "user,pcap=/dev/full")]
    [TestCase("--save-run", "/dev/full")]
    public void A_full_disk_under_a_capture_is_told_at_once_and_ends_with_2(string option, string value)
    {
        ProcessResult result = PpcJitProcess.Run("boot", "guest:demo", option, value);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("cannot be written: No space left on device").And.Not.Contain("   at "));
    }

    /// <summary>Nothing can be made in <c>/proc</c>, not even by root. The guest would print, if it ran.</summary>
    [TestCase("--json", "/proc/ppcjit")]
    [TestCase("--jit-profile", "/proc/ppcjit")]
    [TestCase("--save-run", "/proc/ppcjit")]
    [TestCase("--save-state", "/proc/ppcjit")]
    [TestCase("--net", "user,pcap=/proc/ppcjit")]
    [TestCase("--console2", "/proc/ppcjit")]
    [TestCase("--log-file", "/proc/ppcjit", "--log", "exceptions")]
    [TestCase("--timeline", "/proc/ppcjit.html")]
    [TestCase("--profile", "/proc/ppcjit.folded")]
    [TestCase("--coverage", "/proc/ppcjit.info")]
    [TestCase("--latency", "/proc/ppcjit.html")]
    [Platform("Linux")]
    public void A_file_that_cannot_be_written_is_refused_before_the_guest_runs(params string[] option)
    {
        ProcessResult result = PpcJitProcess.Run(["boot", "guest:demo", .. option]);
        Check(result, "/proc/ppcjit");
        Assert.That(result.Error, Does.Contain("the file cannot be written").And.Not.Contain(".tmp"));
        Assert.That(result.Output, Is.Empty);
    }

    private static void Check(ProcessResult result, string expected)
    {
        Assert.That(result.Error, Does.Contain(expected));
        Assert.That(result.Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
        Assert.That(result.Error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1), result.Error);
        Assert.That(result.ExitCode, Is.EqualTo(2));
    }
}
