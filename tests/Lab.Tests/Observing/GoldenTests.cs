using System.IO.Compression;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>
/// Each form, for the first instructions of the demo guest, is what it was: in <c>Golden</c>. Where a form is changed
/// on purpose, the environment variable
/// UPDATE_GOLDEN has the tests write the files anew, to be looked at before they are committed.
/// </summary>
public sealed class GoldenTests
{
    private const ulong Until = 59_700;

    [Test]
    public void Each_form_is_what_it_was([Values(true, false)] bool jit)
    {
        ObservedRun run = ObservedRun.Of(jit, folder =>
        {
            string[] Files(params string[] endings) => [.. endings.Select(ending => Path.Combine(folder, "demo" + ending))];
            return new ObservationRequest
            {
                Log = new LogRequest([.. LogKind.All.Select(kind => kind.Name)]) { Path = Path.Combine(folder, "demo.log"), From = "@58,500",
                    Limit = 1 << 20 },
                Prints = ["print: {string(r3)} in {task}"],
                Count = "print",
                Profiles = Files(".folded", ".speedscope.json", ".profile.html", ".pb"),
                Timelines = Files(".pftrace", ".timeline.html", ".vcd"),
                Coverage = Files(".info", ".coverage.json", ".coverage.html"),
                MeasuresLatency = true,
                LatencyFiles = Files(".latency.json", ".latency.html"),
            };
        }, Until);
        Compare("demo.report", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', run.Report) + "\n"));
        foreach (string ending in (string[])[".log", ".folded", ".speedscope.json", ".profile.html", ".pb", ".pftrace", ".timeline.html", ".vcd",
            ".info", ".coverage.json", ".coverage.html", ".latency.json", ".latency.html"])
            Compare("demo" + ending, ending == ".pb" ? Decompressed(run.Bytes(ending)) : run.Bytes(ending));
    }

    /// <summary>How well the runtime compresses is its own affair.</summary>
    private static byte[] Decompressed(byte[] compressed)
    {
        using GZipStream stream = new(new MemoryStream(compressed), CompressionMode.Decompress);
        using MemoryStream contents = new();
        stream.CopyTo(contents);
        return contents.ToArray();
    }

    private static void Compare(string name, byte[] actual)
    {
        string path = HostTool.RepositoryFile($"tests/Lab.Tests/Observing/Golden/{name}");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
            File.WriteAllBytes(path, actual);
        byte[] wanted = File.ReadAllBytes(path);
        if (wanted.AsSpan().SequenceEqual(actual))
            return;
        string[] was = System.Text.Encoding.UTF8.GetString(wanted).Split('\n');
        string[] now = System.Text.Encoding.UTF8.GetString(actual).Split('\n');
        int line = Enumerable.Range(0, Math.Min(was.Length, now.Length)).FirstOrDefault(n => was[n] != now[n], Math.Min(was.Length, now.Length) - 1);
        Assert.Fail($"{name} differs at line {line + 1}:\nwas {was[line]}\nis  {now[line]}");
    }
}
