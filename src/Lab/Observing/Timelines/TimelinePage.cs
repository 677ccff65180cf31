using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Observing.Timelines;

/// <summary>Draws a timeline as a page of its own, which can be zoomed with the wheel and moved with the mouse.</summary>
internal static class TimelinePage
{
    /// <summary>Slices of a track that a page holds: of more, the longest.</summary>
    private const int MaxSlices = 5000;
    private const int MaxDepth = 24;

    private const string Style = "canvas{border:1px solid #bbb;cursor:grab;display:block}#line{min-height:1.3em;font-family:monospace}";

    private const string Script =
        """
        const data = JSON.parse(document.getElementById('data').textContent);
        const canvas = document.getElementById('time'), line = document.getElementById('line'), pen = canvas.getContext('2d');
        const row = 15, gap = 9;
        let label = 190;
        let from = 0, to = data.end || 1, drag = null;
        let height = 24;
        for (const track of data.tracks) { track.top = height; height += (track.depth + 1) * row + gap; }
        canvas.height = height;
        const x = count => label + (count - from) / (to - from) * (canvas.width - label);
        function colour(n) { return `hsl(${(n * 47) % 360} 55% 66%)`; }
        function step() {
          const wanted = (to - from) / Math.max(2, (canvas.width - label) / 130);
          let unit = Math.pow(10, Math.floor(Math.log10(wanted)));
          for (const times of [1, 2, 5, 10]) if (unit * times >= wanted) return unit * times;
          return unit * 10;
        }
        function draw() {
          canvas.width = Math.max(240, document.body.clientWidth - 4);
          label = Math.min(190, Math.round(canvas.width * 0.28));
          const ink = getComputedStyle(document.body).color;
          pen.clearRect(0, 0, canvas.width, canvas.height);
          pen.font = '11px sans-serif';
          pen.textBaseline = 'middle';
          for (let at = Math.ceil(from / step()) * step(); at <= to; at += step()) {
            pen.fillStyle = '#8886'; pen.fillRect(x(at), 16, 1, height);
            pen.fillStyle = ink; pen.fillText('@' + Math.round(at).toLocaleString('en'), x(at) + 2, 9);
          }
          for (const track of data.tracks) {
            pen.save();
            pen.beginPath(); pen.rect(label, track.top, canvas.width - label, (track.depth + 1) * row); pen.clip();
            for (const [start, end, name, depth] of track.slices) {
              if (end < from || start > to) continue;
              const left = x(start), width = Math.max(1, x(end) - left), top = track.top + depth * row;
              pen.fillStyle = colour(name); pen.fillRect(left, top, width, row - 1);
              if (width > 28) {
                pen.save(); pen.beginPath(); pen.rect(left, top, width, row); pen.clip();
                pen.fillStyle = '#111'; pen.fillText(data.names[name], Math.max(left, label) + 2, top + row / 2); pen.restore();
              }
            }
            pen.restore();
            pen.fillStyle = ink; pen.fillText(track.name, 2, track.top + row / 2, label - 6);
          }
        }
        function under(event) {
          const box = canvas.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
          for (const track of data.tracks) {
            const depth = Math.floor((py - track.top) / row);
            if (depth < 0 || depth > track.depth) continue;
            let found = null;
            for (const slice of track.slices)
              if (slice[3] === depth && x(slice[0]) <= px + 1 && Math.max(x(slice[1]), x(slice[0]) + 1) >= px - 1) found = slice;
            if (!found) continue;
            const length = found[1] - found[0], time = (length / data.perMicrosecond).toFixed(2);
            const number = value => value.toLocaleString('en');
            return `${track.name}: ${data.names[found[2]]} @${number(found[0])}, ${number(length)} instructions, ${time} us`;
          }
          return '';
        }
        canvas.onwheel = event => {
          event.preventDefault();
          const box = canvas.getBoundingClientRect(), part = Math.max(0, (event.clientX - box.left - label) / (canvas.width - label));
          const at = from + part * (to - from), width = Math.min(data.end || 1, Math.max(20, (to - from) * (event.deltaY > 0 ? 1.25 : 0.8)));
          from = Math.max(0, Math.min(at - part * width, (data.end || 1) - width)); to = from + width;
          draw();
        };
        canvas.onmousedown = event => { drag = [event.clientX, from]; };
        window.onmouseup = () => { drag = null; };
        canvas.onmousemove = event => {
          if (drag) {
            const width = to - from;
            const pulled = drag[1] - (event.clientX - drag[0]) / (canvas.width - label) * width;
            from = Math.max(0, Math.min(pulled, (data.end || 1) - width)); to = from + width;
            draw();
          }
          line.textContent = under(event);
        };
        document.getElementById('all').onclick = () => { from = 0; to = data.end || 1; draw(); };
        window.onresize = draw;
        draw();
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="timeline">The timeline.</param>
    /// <param name="title">What was run.</param>
    /// <param name="end">The count at which the run ended.</param>
    public static void Write(Stream to, RunTimeline timeline, string title, ulong end)
    {
        (TimelineTrack Track, TimelineSlice[] Slices)[] tracks = [.. timeline.Tracks.Select(track => (track, Longest(track)))];
        ulong leftOut = (ulong)tracks.Sum(track => track.Track.Slices.Count - track.Slices.Length)
            + (ulong)tracks.Sum(track => (long)track.Track.LeftOut);
        XElement page = HtmlPage.Create(
            $"Timeline of {title}",
            Style,
            new XElement("p", "Time is in instructions. Turn the wheel to zoom, pull to move, point at something to read what it is."
                + (leftOut > 0 ? string.Create(CultureInfo.InvariantCulture,
                    $" {leftOut:N0} slices that last least, or lie deepest, are left out.") : "")),
            new XElement("p", new XElement("button", new XAttribute("id", "all"), "all")),
            new XElement("p", new XAttribute("id", "line"), ""),
            new XElement("canvas", new XAttribute("id", "time"), ""));
        HtmlPage.Write(to, page, json => WriteData(json, timeline, tracks, end), Script);
    }

    private static TimelineSlice[] Longest(TimelineTrack track) =>
        [.. track.Slices.Where(slice => slice.Depth < MaxDepth).OrderByDescending(slice => slice.Length).Take(MaxSlices)
            .OrderBy(slice => slice.Start).ThenBy(slice => slice.Depth)];

    private static void WriteData(Utf8JsonWriter json, RunTimeline timeline, (TimelineTrack Track, TimelineSlice[] Slices)[] tracks, ulong end)
    {
        Dictionary<int, int> names = [];
        json.WriteNumber("end", end);
        json.WriteNumber("perMicrosecond", timeline.InstructionsPerSecond / 1e6);
        json.WriteStartArray("tracks");
        foreach ((TimelineTrack track, TimelineSlice[] slices) in tracks.Where(track => track.Slices.Length > 0))
        {
            json.WriteStartObject();
            json.WriteString("name", TerminalText.Line(track.Name));
            json.WriteNumber("depth", slices.Max(slice => slice.Depth));
            json.WriteStartArray("slices");
            foreach (TimelineSlice slice in slices)
            {
                names.TryAdd(slice.Name, names.Count);
                json.WriteStartArray();
                json.WriteNumberValue(slice.Start);
                json.WriteNumberValue(slice.End);
                json.WriteNumberValue(names[slice.Name]);
                json.WriteNumberValue(slice.Depth);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("names");
        foreach (int name in names.Keys)
            json.WriteStringValue(TerminalText.Line(timeline.Names[name]));
        json.WriteEndArray();
    }
}
