using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Drawing;

namespace PpcJit.Lab.Observing.Profiles;

/// <summary>Draws a profile as a page of its own: a flame graph that can be zoomed and searched, and a table.</summary>
internal static class FlameGraph
{
    /// <summary>Boxes that a browser draws without effort; narrower ones are left out, and the page says how many.</summary>
    private const int MaxBoxes = 30_000;
    private const int Rows = 100;

    private const string Script =
        """
        const data = JSON.parse(document.getElementById('data').textContent);
        const view = document.getElementById('flames'), line = document.getElementById('line'), input = document.getElementById('search');
        const rows = data.boxes, height = 18;
        let zoom = 0, wanted = '';
        const children = rows.map(() => []);
        for (let n = 1; n < rows.length; n++) children[rows[n][0]].push(n);
        function colour(name) {
          if (name.startsWith('[')) return '#7a9cc6';
          let hash = 0;
          for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
          return `hsl(${20 + hash % 35} ${65 + hash % 25}% ${58 + hash % 14}%)`;
        }
        function text(n) {
          const [, name, total, self, calls] = [0, data.names[rows[n][1]], rows[n][2], rows[n][3], rows[n][4]];
          const number = value => value.toLocaleString('en'), part = (100 * total / rows[0][2]).toFixed(2);
          return `${name}: ${number(total)} instructions (${part}%), ${number(self)} of its own, ${number(calls)} calls`;
        }
        function draw() {
          view.replaceChildren();
          const width = view.clientWidth;
          let depth = 0;
          const above = [];
          for (let n = zoom; n > 0; n = rows[n][0]) above.unshift(rows[n][0]);
          for (const n of above) box(n, 0, width, depth++);
          place(zoom, 0, width, depth);
        }
        function place(n, left, width, depth) {
          const waiting = [[n, left, width, depth]];
          let deepest = depth;
          while (waiting.length) {
            const [at, x, w, d] = waiting.pop();
            deepest = Math.max(deepest, d);
            box(at, x, w, d);
            let next = x;
            for (const child of children[at]) {
              const part = w * rows[child][2] / rows[at][2];
              if (part >= 0.5) waiting.push([child, next, part, d + 1]);
              next += part;
            }
          }
          view.style.height = `${(deepest + 1) * height}px`;
        }
        function box(n, x, w, d) {
          const name = data.names[rows[n][1]], one = document.createElement('div');
          one.className = 'box';
          const ground = wanted && name.includes(wanted) ? '#c061d8' : colour(name);
          one.style.cssText = `left:${x}px;top:${d * height}px;width:${Math.max(w - 1, 0.5)}px;background:${ground}`;
          if (w > 30) one.textContent = name;
          one.title = text(n);
          one.onclick = () => { zoom = n; draw(); };
          one.onmouseenter = () => { line.textContent = text(n); };
          view.append(one);
        }
        input.oninput = () => { wanted = input.value; draw(); };
        document.getElementById('all').onclick = () => { zoom = 0; draw(); };
        window.onresize = draw;
        draw();
        """;

    private const string Style =
        "#flames{position:relative;margin:.5em "
            + "0;overflow:hidden}.box{position:absolute;height:17px;overflow:hidden;white-space:nowrap;font:11px/17px sans-serif;"
        + "padding-left:3px;box-sizing:border-box;cursor:pointer;border-radius:2px;color:#111}#line{min-height:1.3em;font-family:monospace}";

    /// <summary>Writes the page.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="profile">The profile, added up.</param>
    /// <param name="title">What was run.</param>
    public static void Write(Stream to, ExactProfile profile, string title)
    {
        ProfileNode[] all = [.. profile.Root.All()];
        ulong least = all.Length <= MaxBoxes ? 0 : all.Select(node => node.Total).OrderDescending().ElementAt(MaxBoxes - 1) + 1;
        ProfileNode[] boxes = [.. all.Where(node => node.Total > 0 && (node.Total >= least || node.Parent is null))];
        XElement page = HtmlPage.Create(
            $"Profile of {title}",
            Style,
            new XElement("p", $"{Number(profile.Instructions)} instructions, counted exactly. Wide boxes took most; a box is below what called "
                + "it. Click a box to zoom in, 'all' to zoom out."
                + (boxes.Length < all.Length ? $" {Number((ulong)(all.Length - boxes.Length))} boxes that took least are left out." : "")),
            new XElement("p", new XElement("input", new XAttribute("id", "search"), new XAttribute("placeholder", "search")), " ",
                new XElement("button", new XAttribute("id", "all"), "all")),
            new XElement("p", new XAttribute("id", "line"), ""),
            new XElement("div", new XAttribute("id", "flames"), ""),
            HtmlPage.Table(
                ["self", "total", "calls", "function"],
                profile.Functions().Take(Rows).Select(function => (string[])[Number(function.Self), Number(function.Total), Number(function.Calls),
                    function.Name])));
        HtmlPage.Write(to, page, json => WriteBoxes(json, boxes), Script);
    }

    private static void WriteBoxes(Utf8JsonWriter json, ProfileNode[] boxes)
    {
        Dictionary<string, int> names = [];
        Dictionary<ProfileNode, int> numbers = [];
        json.WriteStartArray("boxes");
        foreach (ProfileNode node in boxes)
        {
            names.TryAdd(node.Name, names.Count);
            numbers[node] = numbers.Count;
            json.WriteStartArray();
            json.WriteNumberValue(node.Parent is null ? 0 : numbers[node.Parent]);
            json.WriteNumberValue(names[node.Name]);
            json.WriteNumberValue(node.Total);
            json.WriteNumberValue(node.Self);
            json.WriteNumberValue(node.Calls);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("names");
        foreach (string name in names.Keys)
            json.WriteStringValue(TerminalText.Line(name));
        json.WriteEndArray();
    }

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
