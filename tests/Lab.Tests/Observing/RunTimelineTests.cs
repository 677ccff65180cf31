using System.Text.Json;
using System.Text.RegularExpressions;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Timelines;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Timelines for Perfetto, as pages, and as signals.</summary>
public sealed class RunTimelineTests
{
    [Test]
    public void Perfetto_s_form_has_tracks_with_slices_that_nest()
    {
        ObservedRun[] runs = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, folder => Timeline(folder, "a.pftrace"), 400_000))];
        Assert.That(runs[0].Bytes(".pftrace"), Is.EqualTo(runs[1].Bytes(".pftrace")));
        Assert.That(runs[0].Hash, Is.EqualTo(ObservedRun.Of(jit: true, null, 400_000).Hash));
        string text = ProtoText.Decode("perfetto.proto", "Trace", runs[0].Bytes(".pftrace"));
        foreach (string name in (string[])["running task", "exceptions", "interrupts", "TLB misses", "UART0", "console", "kernel_main",
            "data-tlb-miss", "external", "LSR read"])
            Assert.That(text, Does.Contain($"name: \"{name}\""), name);
        Assert.That(text, Does.Contain("name: \"PpcJit demo: a guest of our own on a PowerPC 405\""));
        Dictionary<string, (ulong Time, int Depth)> tracks = [];
        foreach (Match packet in Regex.Matches(text, @"(?m)^packet \{\n  timestamp: (?<time>\d+)\n(?:.*\n)*?    type: TYPE_(?<type>\w+)\n    "
            + @"track_uuid: (?<track>\d+)"))
        {
            (ulong time, int depth) = tracks.GetValueOrDefault(packet.Groups["track"].Value);
            ulong now = ulong.Parse(packet.Groups["time"].Value);
            depth += packet.Groups["type"].Value switch { "SLICE_BEGIN" => 1, "SLICE_END" => -1, _ => 0 };
            Assert.That(now, Is.GreaterThanOrEqualTo(time));
            Assert.That(depth, Is.GreaterThanOrEqualTo(0));
            tracks[packet.Groups["track"].Value] = (now, depth);
        }

        Assert.That(tracks, Has.Count.GreaterThan(6));
        Assert.That(tracks.Values.Select(track => track.Depth), Is.All.Zero);
    }

    /// <summary>
    /// Perfetto knows an end only by what is open: a begin and an end that change places make other slices. The page says how long each lasts.
    /// </summary>
    [Test]
    public void Perfetto_sees_each_slice_as_long_as_the_page_says()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => new ObservationRequest
        {
            Timelines = [Path.Combine(folder, "a.pftrace"), Path.Combine(folder, "a.html")],
        }, 400_000);
        string text = ProtoText.Decode("perfetto.proto", "Trace", run.Bytes(".pftrace"));
        Dictionary<string, string> names = Regex.Matches(text, @"track_descriptor \{\n    uuid: (?<track>\d+)\n    name: ""(?<name>[^""]*)""")
            .ToDictionary(match => match.Groups["track"].Value, match => match.Groups["name"].Value);
        Dictionary<string, Stack<(string Name, ulong Begin)>> open = [];
        List<string> seen = [];
        foreach (Match packet in Regex.Matches(text, @"(?m)^packet \{\n  timestamp: (?<time>\d+)\n(?:.*\n)*?    type: TYPE_(?<type>\w+)\n    "
            + @"track_uuid: (?<track>\d+)(?:\n    name: ""(?<name>[^""]*)"")?"))
        {
            string track = names[packet.Groups["track"].Value];
            ulong now = ulong.Parse(packet.Groups["time"].Value);
            open.TryAdd(track, []);
            if (packet.Groups["type"].Value == "SLICE_BEGIN")
                open[track].Push((packet.Groups["name"].Value, now));
            else if (packet.Groups["type"].Value == "SLICE_END" && open[track].Pop() is var ended)
                seen.Add($"{track} {ended.Name} {ended.Begin} {now} {open[track].Count}");
        }

        using JsonDocument page = JsonDocument.Parse(Regex.Match(run.Text(".html"), @"type=""application/json"">(?<data>.*?)</script>").Groups["data"]
            .Value);
        double instructionsInMicrosecond = page.RootElement.GetProperty("perMicrosecond").GetDouble();
        string Time(JsonElement count) => $"{(ulong)(count.GetUInt64() * 1000 / instructionsInMicrosecond)}";
        string[] shown =
        [
            .. page.RootElement.GetProperty("tracks").EnumerateArray().SelectMany(track => track.GetProperty("slices").EnumerateArray()
                .Where(slice => slice[0].GetUInt64() != slice[1].GetUInt64())
                .Select(slice => $"{track.GetProperty("name")} {page.RootElement.GetProperty("names")[slice[2].GetInt32()]} {Time(slice[0])} "
                    + $"{Time(slice[1])} {slice[3]}")),
        ];
        Assert.That(shown, Has.Length.GreaterThan(500));
        Assert.That(seen, Is.EquivalentTo(shown));
    }

    [Test]
    public void The_page_is_one_file_without_a_link_to_anywhere()
    {
        string page = ObservedRun.Of(jit: true, folder => Timeline(folder, "a.html"), 400_000).Text(".html");
        Assert.That(page, Does.StartWith("<!DOCTYPE html>").And.Contain("kernel_main").And.Contain("<canvas"));
        Assert.That(page, Does.Not.Match("(src|href)=|https?:|@import|url\\("));
    }

    [Test]
    public void Signals_rise_and_fall_in_turn()
    {
        ObservedRun[] runs = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, folder => Timeline(folder, "a.vcd"), 400_000))];
        string text = runs[0].Text(".vcd");
        Assert.That(text, Is.EqualTo(runs[1].Text(".vcd")));
        Assert.That(runs[0].Hash, Is.EqualTo(ObservedRun.Of(jit: true, null, 400_000).Hash));
        string[] parts = text.Split("$enddefinitions $end\n");
        Dictionary<string, string> names = Regex.Matches(parts[0], @"\$var wire 1 (?<id>\S+) (?<name>\S+) \$end")
            .ToDictionary(match => match.Groups["id"].Value, match => match.Groups["name"].Value);
        Assert.That(names.Values, Has.Member("EE").And.Member("External").And.Member("0_UART0"));
        Dictionary<string, char> levels = names.ToDictionary(name => name.Key, _ => '0');
        HashSet<string> changed = [];
        ulong last = 0;
        foreach (string line in parts[1][parts[1].IndexOf("$end\n", StringComparison.Ordinal)..].Split('\n').Skip(1).Where(line => line.Length > 0))
        {
            if (line[0] == '#')
            {
                Assert.That(ulong.Parse(line[1..]), Is.GreaterThan(last));
                last = ulong.Parse(line[1..]);
            }
            else if (names.TryGetValue(line[1..], out string? name))
            {
                Assert.That(line[0], Is.Not.EqualTo(levels[line[1..]]), name);
                levels[line[1..]] = line[0];
                changed.Add(name);
            }
        }

        Assert.That(changed, Has.Member("EE").And.Member("External").And.Member("0_UART0"));
    }

    [Test]
    public void Of_things_that_are_as_short_the_first_stay()
    {
        TimelineTrack track = new("console", "console", 10);
        for (ulong n = 0; n < 20; n++)
        {
            if (track.Takes(0))
                track.Add(new TimelineSlice(n, n, (int)n, 0));
        }

        Assert.That(track.Slices.Select(slice => slice.Start), Is.EqualTo((ulong[])[0, 1, 2, 3, 4]));
        Assert.That((track.LeftOut, track.Takes(1)), Is.EqualTo((15ul, true)));
        track.Halve();
        Assert.That(track.Slices.Select(slice => slice.Start), Is.EqualTo((ulong[])[0, 1]));
    }

    [Test]
    public void Of_things_that_last_the_longest_stay()
    {
        TimelineTrack track = new("task", "tasks", 10);
        for (ulong n = 0; n < 10; n++)
            track.Add(new TimelineSlice(100 * n, (100 * n) + (n % 5), 0, 0));
        Assert.That(track.Slices.Select(slice => slice.Length), Is.All.GreaterThan(2ul).And.Exactly(4).Items);
        Assert.That((track.Least, track.LeftOut, track.Takes(2)), Is.EqualTo((3ul, 6ul, false)));
    }

    private static ObservationRequest Timeline(string folder, string file) => new() { Timelines = [Path.Combine(folder, file)] };
}
