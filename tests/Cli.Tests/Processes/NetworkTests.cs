using System.Text.Json;
using System.Text.RegularExpressions;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>The network through the real program.</summary>
[TestFixture]
internal sealed class NetworkTests
{
    private const string Guest = "guests/network/network.elf";

    [Test]
    public void A_run_is_recorded_captured_and_replayed()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        string recording =
            Path.Combine(folder.FullName, "recording"), json =
                Path.Combine(folder.FullName, "json"), capture = Path.Combine(folder.FullName, "capture");
        string[] points = ["--state-hash-at", "3400000,3800000"];
        string[] file = ["--append", "README.md"];
        ProcessResult live = PpcJitProcess.Run(["boot", Guest, .. file, .. points, "--net",
            $"user,tftp=.,pcap={capture}", "--save-run", recording, "--json", json]);
        ProcessResult replay = PpcJitProcess.Run(["boot", Guest, .. file, .. points, "--net-replay", recording, "--engine", "interpreter"]);
        ProcessResult lockstep = PpcJitProcess.Run(["lockstep", Guest, .. file, "--net-replay", recording, "--quiet"]);
        ProcessResult other = PpcJitProcess.Run(["boot", Guest, .. file, "--net-replay", recording, "--memory", "64M"]);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        long captured = new FileInfo(capture).Length;
        folder.Delete(recursive: true);

        Assert.That(live.ExitCode, Is.Zero, live.Error);
        Assert.That(live.Output, Does.Contain("8 answers to 8 pings").And.Contain($"README.md: "
            + $"{new FileInfo(Path.Combine(PpcJitProcess.Root, "README.md")).Length} bytes"));
        Assert.That(live.ErrorLines("state-hash"), Has.Length.EqualTo(2));
        Assert.That((replay.Output, replay.Error), Is.EqualTo((live.Output, live.Error)));
        Assert.That(lockstep.ExitCode, Is.Zero, lockstep.Error);
        Assert.That((other.ExitCode, other.Error), Is.EqualTo((2, $"ppcjit: {recording} was recorded with --memory, in "
            + "bytes, 134217728, and this run has 67108864.\n")));
        JsonElement link = report.RootElement.GetProperty("network")[0];
        Assert.That((link.GetProperty("interface").GetString(), link.GetProperty("connectedTo").GetString()), Is.EqualTo(("EMAC0", "user")));
        Assert.That(link.GetProperty("framesReceived").GetInt32(), Is.GreaterThan(10));
        Assert.That(captured, Is.GreaterThan(5000));
    }

    /// <summary>The log has what the capture has: every frame, in order, with its length, addresses and type, and which way it goes.</summary>
    [Test]
    public void A_log_of_frames_is_the_capture_in_words_also_when_the_run_is_done_again()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string File(string name) => Path.Combine(folder, name);
        ProcessResult live = PpcJitProcess.Run(["boot", Guest, "--append", "README.md", "-q", "--net", $"user,tftp=.,pcap={File("pcap")}",
            "--save-run", File("run"), "--log", "network", "--log-file", File("log")]);
        Assert.That(live.ExitCode, Is.Zero, live.Error);
        ProcessResult again = PpcJitProcess.Run(["open", File("run"), "-q", "--engine", "interpreter", "--log", "network", "--log-file",
            File("again")]);
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        byte[] capture = System.IO.File.ReadAllBytes(File("pcap"));
        string[] lines = System.IO.File.ReadAllLines(File("log"));
        string[] repeated = System.IO.File.ReadAllLines(File("again"));
        Directory.Delete(folder, recursive: true);

        List<string> frames = [];
        const int FileHeader = 24, FrameHeader = 16;
        for (int at = FileHeader; at < capture.Length;)
        {
            int length = BitConverter.ToInt32(capture, at + 8);
            string Address(int offset) => string.Join(':', capture[(at + FrameHeader + offset)..(at + FrameHeader + offset + 6)].Select(
                part => $"{part:x2}"));
            frames.Add($"{length} bytes {Address(6)} -> {Address(0)} type 0x{capture[at + 28]:x2}{capture[at + 29]:x2}");
            at += FrameHeader + length;
        }

        Match[] matches = [.. lines.Select(line => Regex.Match(line, @"^@[0-9,]+ network +0x[0-9a-f]{8} .*\] EMAC0 (?<way>sent|received) (?<rest>\d+ "
            + @"bytes \S+ -> \S+ type 0x[0-9a-f]{4})$"))];
        Assert.That(matches.Select(match => match.Groups["rest"].Value), Is.EqualTo(frames));
        string guest = matches[0].Groups["rest"].Value.Split(' ')[2];
        Assert.That(matches.Select(match => match.Groups["way"].Value), Is.EqualTo(matches.Select(match =>
            match.Groups["rest"].Value.Split(' ')[2] == guest ? "sent" : "received")));
        Assert.That(matches.Select(match => match.Groups["way"].Value), Has.Member("sent").And.Member("received"));
        Assert.That(repeated, Is.EqualTo(lines));
    }

    [Test]
    public void What_lies_outside_the_folder_or_is_no_file_is_not_there_for_TFTP([Values("out", "out-folder/secret", "fifo", "zero")] string name)
    {
        Libslirp.Require();
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            DirectoryInfo outside = folder.CreateSubdirectory("outside"), inside = folder.CreateSubdirectory("inside");
            string secret = Path.Combine(outside.FullName, "secret"), place = inside.FullName;
            File.WriteAllText(secret, "secret");
            File.CreateSymbolicLink(Path.Combine(place, "out"), secret);
            File.CreateSymbolicLink(Path.Combine(place, "out-folder"), outside.FullName);
            File.CreateSymbolicLink(Path.Combine(place, "zero"), "/dev/zero");
            PpcJitProcess.Shell($"mkfifo '{place}/fifo'");
            ProcessResult result = PpcJitProcess.Run("boot", Guest, "--append", name, "--net", $"user,tftp={place}");
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain($"{name}: not there").And.Contain("NETWORK-FAILED"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void The_help_of_boot_shows_the_network()
    {
        ProcessResult result = PpcJitProcess.Run("boot", "--help");
        Assert.That(result.Output, Does.Contain("--net <KIND,...>").And.Contain("--net user,tftp=files,pcap=frames.pcap"));
    }
}
