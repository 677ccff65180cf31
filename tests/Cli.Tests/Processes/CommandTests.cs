namespace PpcJit.Cli.Tests.Processes;

[TestFixture]
internal sealed class CommandTests
{
    [Test]
    public void An_embedded_guest_boots_by_name([Values("interpreter", "jit")] string engine)
    {
        ProcessResult result = PpcJitProcess.Run("boot", "guest:demo", "--engine", engine);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("DEMO-OK"));
    }

    [Test]
    public void Boards_shows_memory_maps_registers_and_interrupts()
    {
        string output = PpcJitProcess.Run("boards").Output;
        Assert.That(output, Does.Contain("ref405ep").And.Contain("ef600300-").And.Contain("UART0").And.Contain("UIC0").And.Contain("SRAM"));
        Assert.That(output, Does.Contain("--disk FILE: IDE controller on PCI, device 3, interrupt 27"));
    }

    [Test]
    public void Disasm_shows_one_symbol()
    {
        ProcessResult result = PpcJitProcess.Run("disasm", "guests/demo/demo.elf", "--symbol", "_start");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Match("^[0-9a-f]{8} <_start>:\n[0-9a-f]{8}:\t[0-9a-f]{8}\t"));
    }

    [Test]
    public void Disasm_shows_a_range()
    {
        ProcessResult result = PpcJitProcess.Run("disasm", "guests/demo/demo.elf", "--start", "0x100100", "--end", "0x100110");
        Assert.That(result.Output.Split('\n')
            .Count(line => line.StartsWith("001001", StringComparison.Ordinal) && line.Contains('\t')), Is.EqualTo(4));
    }

    [TestCase("boot guest:demo --kernel linux-40", "--kernel linux-40: there is no kernel 'linux-40'. Did you mean 'linux-40x'?")]
    [TestCase("boot guest:demo --kernel linux-40x", "The guest cannot be the kernel linux-40x: it has none of init_task")]
    [TestCase("latency guest:demo --kernel x", "--kernel x: there is no kernel 'x'.")]
    [TestCase("lockstep guest:demo --kernel x", "--kernel x: there is no kernel 'x'.")]
    [TestCase("scenario run kern-54994 --kernel netbsd-ibm4xx", "The guest cannot be the kernel netbsd-ibm4xx: it has none of alllwp, ")]
    public void A_kernel_that_is_not_there_is_refused(string command, string message)
    {
        ProcessResult result = PpcJitProcess.Run(command.Split(' '));
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Output);
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public void The_schema_of_scenario_files_is_printed() =>
        Assert.That(PpcJitProcess.Run("scenario", "schema").Output, Does.StartWith("{").And.Contain("json-schema.org"));

    [TestCase("", 1, "undecided")]
    [TestCase(", allow: undecided", 0, "ok")]
    public void A_scenario_says_what_it_has_not_shown(string allow, int code, string verdict)
    {
        using TemporaryFile file = new(System.Text.Encoding.UTF8.GetBytes($$"""
            image: guest:uarea
            memory: 32M
            command-line: "entry=mmu-first uarea=kva"
            search: {inject: raise external, from: net_poll on call 2, window: 2000, within: softint_execute, limit: 5}
            end: {console: UAREA-OK, panic: "panic: ", instructions: 20M}
            expect: {finding: none{{allow}}}
            """));
        ProcessResult result = PpcJitProcess.Run("scenario", "run", file.Path);
        Assert.That(result.ExitCode, Is.EqualTo(code), result.Error);
        Assert.That(result.Output, Does.Match($@"undecided of \d+ +\| no finding +\| {verdict} +\|")
            .And.Match(@"within: softint_execute is 0x\w+ to 0x\w+ \(\d+ bytes\): \d+ places")
            .And.Match(@"'raise external' is undecided \d+ x in softint_execute, the first at softint_execute"));
    }

    [TestCase("--help")]
    [TestCase("boot", "--help")]
    [TestCase("demo", "--help")]
    [TestCase("disasm", "--help")]
    public void Help_teaches_by_example(params string[] arguments)
    {
        ProcessResult result = PpcJitProcess.Run(arguments);
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("Usage:").And.Contain("ppcjit "));
    }

    [Test]
    public void The_launcher_without_dotnet_says_what_to_install()
    {
        // A PATH with nothing on it but what the launcher needs to find itself.
        ProcessResult result = PpcJitProcess.Shell(
            "d=$(mktemp -d); for t in dirname readlink; do ln -s \"$(command -v $t)\" $d/; done; PATH=$d /bin/sh "
                + "./ppcjit demo; code=$?; rm -r $d; exit $code");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(".NET 10 SDK").And.Contain("dotnet-sdk-10.0"));
    }
}
