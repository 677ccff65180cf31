using System.Net.Sockets;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>The options of the debugger on the command line.</summary>
public sealed class GdbTests
{
    [TestCase("--gdb nonsense", "--gdb nonsense: give a port, an address and a port, or unix:PATH.")]
    [TestCase("--gdb 0 --gdb-wait maybe", "--gdb-wait maybe: it is yes or no.")]
    [TestCase("--gdb 0 --at rest", "Did you mean 'reset'?")]
    [TestCase("--gdb - --console stdio", "--console stdio: standard input and output are gdb's.")]
    [TestCase("--console2 stdio", "--console2 stdio: standard input and output are the first serial port's.")]
    [TestCase("--console tcp:nonsense", "--console tcp:nonsense: ")]
    public void What_cannot_be_is_refused_in_a_sentence(string options, string expected)
    {
        ProcessResult result = PpcJitProcess.Run(["boot", "guest:demo", "--max-instructions", "1000", .. options.Split(' ')]);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, result.Error)));
        Assert.That(result.Error, Does.Contain(expected));
    }

    [Test]
    public void Gdb_is_started_with_symbols_and_notices_that_the_monitor_moves_the_guest()
    {
        string[] commands = ["break kernel_main", "continue", "monitor goto 1000", "info registers pc", "print $icount", "kill", "quit"];
        ProcessResult result = PpcJitProcess.RunWithInput("", ["gdb", "guest:demo", .. commands.SelectMany(command => (string[])["--ex", command])]);
        Assert.That(result.Error, Does.Not.Contain("there is no gdb-multiarch here"),
            "This test needs gdb-multiarch; on Debian: apt-get install gdb-multiarch.");
        Assert.That(result.Output, Does.Contain("Breakpoint 1, kernel_main").And.Match("pc +0x102[0-9a-f]+ .*<_start")
            .And.Contain("$1 = 1000"), result.Error);
        Assert.That(result.Error, Does.Match("ppcjit: console is /dev/pts/[0-9]+\n"));
        Assert.That(result.ExitCode, Is.Zero);
    }

    [Test]
    public void A_serial_port_is_on_a_socket_and_a_guest_that_gdb_leaves_runs_on()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string serial = Path.Combine(folder, "serial");
        string gdb = Path.Combine(folder, "gdb");
        Task<ProcessResult> run = Task.Run(() => PpcJitProcess.Run("boot", "guest:demo", "--gdb", $"unix:{gdb}",
            "--console", $"unix:{serial}", "--console2", Path.Combine(folder, "second")));
        using NetworkStream console = Connect(serial);
        using NetworkStream client = Connect(gdb);
        client.Write("$D#44"u8);
        using StreamReader reader = new(console);
        Assert.That(reader.ReadToEnd(), Does.Contain("DEMO-OK"));
        Assert.That(run.Result.ExitCode, Is.Zero, run.Result.Error);
        Assert.That(run.Result.Error, Does.Contain($"gdb server listens on unix:{gdb}").And.Contain($"ppcjit: console is unix:{serial}"));
        Assert.That((File.Exists(serial), File.Exists(gdb), File.ReadAllBytes(Path.Combine(folder, "second")).Length), Is.EqualTo((false, false, 0)));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void What_enters_the_second_serial_port_is_part_of_the_run()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string serial = Path.Combine(folder, "serial"), run = Path.Combine(folder, "run");
        using RawImage echo = RawImage.ThatEchoesOnTheSecondPort();
        Task<ProcessResult> live = Task.Run(() => PpcJitProcess.Run(
            [.. echo.Boot, "--console2", $"unix:{serial}", "--save-run", run, "--exit-on", "!"]));
        using (NetworkStream port = Connect(serial))
        {
            byte[] answer = new byte[7];
            port.ReadExactly(answer, 0, 1);
            port.Write("twice!"u8);
            port.ReadExactly(answer, 1, 6);
            Assert.That(answer, Is.EqualTo("#twice!"u8.ToArray()));
        }

        Assert.That((live.Result.ExitCode, live.Result.Output), Is.EqualTo((0, "!")), live.Result.Error);
        Assert.That(File.ReadLines(run).Count(line => line.StartsWith("key2 ", StringComparison.Ordinal)), Is.EqualTo(6));
        string second = Path.Combine(folder, "second");
        ProcessResult again = PpcJitProcess.Run("open", run, "--console2", second, "--engine", "interpreter");
        Assert.That((again.ExitCode, again.Output, File.ReadAllText(second)), Is.EqualTo((0, "!", "#twice!")), again.Error);
        ProcessResult refused = PpcJitProcess.Run([.. echo.Boot, "--net-replay", run]);
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((2, refused.Error)));
        Assert.That(refused.Error, Does.Contain("what entered the second serial port"));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Connects as soon as somebody listens.</summary>
    private static NetworkStream Connect(string path)
    {
        for (int n = 0; ; n++)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (n < 1000)
            {
                socket.Dispose();
                Thread.Sleep(100);
            }
        }
    }

    [Test]
    public void A_guest_that_waits_for_nobody_runs_to_its_end_and_its_console_is_where_it_is_wanted()
    {
        string file = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Run("boot", "guest:demo", "--gdb", "0", "--gdb-wait", "no", "--console", file);
        string text = File.ReadAllText(file);
        File.Delete(file);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That((result.Output, text), Is.EqualTo(("", text)));
        Assert.That(text, Does.Contain("DEMO-OK"));
        Assert.That(result.Error, Does.Match("^gdb server listens on [0-9]+\n"));
    }
}
