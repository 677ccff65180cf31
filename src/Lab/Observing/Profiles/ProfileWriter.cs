using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Formats;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>Writes profiles in the forms that other programs read.</summary>
internal static class ProfileWriter
{
    private static readonly (string Ending, Action<Stream, ExactProfile, CodePlaces, string> Write)[] Forms =
    [
        (".folded", (to, profile, _, _) => Folded(to, profile)),
        (".speedscope.json", Speedscope),
        (".html", (to, profile, _, title) => FlameGraph.Write(to, profile, title)),
        (".pb", (to, profile, places, _) => Pprof(to, profile, places)),
    ];

    /// <summary>What names of profiles end in.</summary>
    public static IEnumerable<string> Endings => Forms.Select(form => form.Ending);

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its name, which says the form.</param>
    /// <param name="to">Where to.</param>
    /// <param name="profile">The profile, added up.</param>
    /// <param name="places">The guest's functions.</param>
    /// <param name="title">What was run.</param>
    public static void Write(string path, Stream to, ExactProfile profile, CodePlaces places, string title) =>
        Forms.First(form => path.EndsWith(form.Ending, StringComparison.Ordinal)).Write(to, profile, places, title);

    /// <summary>
    /// One line for each stack: frames from the outermost on with semicolons between them, and the instructions.
    /// flamegraph.pl and speedscope read it.
    /// </summary>
    private static void Folded(Stream to, ExactProfile profile)
    {
        using StreamWriter text = new(to, leaveOpen: true);
        foreach (ProfileNode node in profile.Root.All().Where(node => node.Self > 0))
        {
            text.Write(string.Join(';', node.Path().Select(frame => frame.Name.Replace(';', ':'))));
            text.Write(string.Create(CultureInfo.InvariantCulture, $" {node.Self}\n"));
        }
    }

    /// <summary>Speedscope's own form: a profile for each task, whose samples are stacks with weights.</summary>
    private static void Speedscope(Stream to, ExactProfile profile, CodePlaces places, string title)
    {
        using Utf8JsonWriter json = new(to);
        Dictionary<string, int> frames = [];
        ProfileNode[] nodes = [.. profile.Root.All().Where(node => node.Kind != FrameKind.Task)];
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("name", title);
        json.WriteString("exporter", "ppcjit");
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (ProfileNode node in nodes.Where(node => frames.TryAdd(node.Name, frames.Count)))
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            if (node.Function is { } function && places.Lines?.Find(function.Start) is { } line)
            {
                json.WriteString("file", line.File);
                json.WriteNumber("line", line.Line);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        foreach (ProfileNode task in profile.Root.Children.Where(task => task.Total > 0))
            WriteTask(json, task, frames);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, ProfileNode task, Dictionary<string, int> frames)
    {
        ProfileNode[] nodes = [.. task.All().Where(node => node.Self > 0)];
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", task.Name);
        json.WriteString("unit", "none");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", task.Total);
        json.WriteStartArray("samples");
        foreach (ProfileNode node in nodes)
        {
            json.WriteStartArray();
            foreach (ProfileNode frame in node.Path().Where(frame => frame.Kind != FrameKind.Task))
                json.WriteNumberValue(frames[frame.Name]);
            json.WriteEndArray();
            JsonText.Pass(json);
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (ProfileNode node in nodes)
            json.WriteNumberValue(node.Self);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The form of pprof (profile.proto), compressed as it is there. Tasks are labels.</summary>
    private static void Pprof(Stream to, ExactProfile profile, CodePlaces places)
    {
        const int sampleType = 1, sample = 2, location = 4, function = 5, stringTable = 6, periodType = 11, period = 12;
        ProtoWriter file = new();
        ProtoWriter part = new();
        Dictionary<string, ulong> texts = new() { [""] = 0 };
        ulong Text(string text)
        {
            texts.TryAdd(text, (ulong)texts.Count);
            return texts[text];
        }

        ulong instructions = Text("instructions");
        ulong count = Text("count");
        ulong task = Text("task");
        file.Message(sampleType, part.Clear().Number(1, instructions).Number(2, count).Written);
        Dictionary<string, ulong> functions = [];
        foreach (ProfileNode node in profile.Root.All().Where(node => node.Kind != FrameKind.Task
            && functions.TryAdd(node.Name, (ulong)functions.Count + 1)))
        {
            SourceLine line = node.Function is { } known && places.Lines?.Find(known.Start) is { } found ? found : default;
            ulong id = functions[node.Name];
            file.Message(function, part.Clear().Number(1, id).Number(2, Text(node.Name)).Number(3, Text(node.Name)).Number(4, Text(line.File ?? ""))
                .Number(5, (ulong)line.Line).Written);
            byte[] lines = [.. new ProtoWriter().Number(1, id).Number(2, (ulong)line.Line).Written];
            file.Message(location, part.Clear().Number(1, id).Number(3, node.Function?.Start ?? 0).Message(4, lines).Written);
        }

        foreach (ProfileNode node in profile.Root.All().Where(node => node.Self > 0))
        {
            IReadOnlyList<ProfileNode> path = node.Path();
            part.Clear().Packed(1, path.Where(frame => frame.Kind != FrameKind.Task).Select(frame => functions[frame.Name]).Reverse())
                .Packed(2, [node.Self]);
            part.Message(3, new ProtoWriter().Number(1, task).Number(2, Text(path[0].Name)).Written);
            file.Message(sample, part.Written);
        }

        file.Message(periodType, part.Clear().Number(1, instructions).Number(2, count).Written).Number(period, 1);
        foreach (string text in texts.OrderBy(entry => entry.Value).Select(entry => entry.Key))
            file.Text(stringTable, text);
        using GZipStream compressed = new(to, CompressionLevel.Optimal, leaveOpen: true);
        compressed.Write(file.Written);
    }
}
