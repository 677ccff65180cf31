using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>What is written of the keys of scenario files: a page for people, and a JSON schema for editors.</summary>
public static class ScenarioReference
{
    /// <summary>A text in which settings are put in place of <c>${name}</c> may be anything.</summary>
    private const string WithSetting = @"\$\{";

    /// <summary>Gives the page, in Markdown.</summary>
    public static string Page()
    {
        StringBuilder page = new(
            """
            # Keys of scenario files

            `ppcjit scenario keys` prints this page, and `ppcjit scenario schema` the [schema](scenario.schema.json) with which editors know the
            keys: a first line `# yaml-language-server: $schema=docs/scenario.schema.json` in a file, say. What the keys are for:
            [scenarios.md](scenarios.md), [kernels.md](kernels.md).

            """);
        foreach (ScenarioKeyGroup group in ScenarioKeys.All)
        {
            string title = group.Title.StartsWith('\'') ? group.Title.Replace('\'', '`') : group.Title;
            page.Append(CultureInfo.InvariantCulture, $"\n## {char.ToUpperInvariant(title[0])}{title[1..]}\n\n");
            page.Append("| key | value | |\n| --- | --- | --- |\n");
            foreach (ScenarioKey key in group.Keys)
                page.Append(CultureInfo.InvariantCulture, $"| `{key.Name}`{(key.IsNeeded ? " (needed)" : "")} | {key.Value} | {Help(key)} |\n");
        }

        return page.ToString();
    }

    /// <summary>Gives the schema (JSON Schema, draft 2020-12), as text with an end of line.</summary>
    public static string Schema()
    {
        JsonObject root = Mapping(ScenarioKeys.File);
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "A scenario of PpcJit");
        JsonObject groups = [];
        foreach (ScenarioKeyGroup group in ScenarioKeys.All.Where(group => group != ScenarioKeys.File))
            groups[group.Name] = Mapping(group);
        root["$defs"] = groups;
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private static string Help(ScenarioKey key)
    {
        string[] choices = [.. (key.Choices ?? []).Where(choice => choice.Length > 0)];
        return choices.Length == 0 || key.Name == "is" ? key.Help : $"{key.Help} {string.Join(", ", choices.Select(choice => $"`{choice}`"))}.";
    }

    private static JsonObject Mapping(ScenarioKeyGroup group)
    {
        JsonObject properties = [];
        foreach (ScenarioKey key in group.Keys)
        {
            JsonObject value = Value(key);
            value.Insert(0, "description", key.Help);
            properties[key.Name] = value;
        }

        JsonObject mapping = new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (group.Keys.Any(key => key.IsNeeded))
            mapping["required"] = new JsonArray([.. group.Keys.Where(key => key.IsNeeded).Select(key => JsonValue.Create(key.Name))]);
        if (group.NeedsOneOf.Count > 0)
            mapping["anyOf"] = Either([.. group.NeedsOneOf.Select(Requiring)])["anyOf"]!.DeepClone();
        return mapping;
    }

    private static JsonObject Requiring(string name) => new() { ["required"] = new JsonArray(JsonValue.Create(name)) };

    private static JsonObject Value(ScenarioKey key) => key.Form switch
    {
        ValueForm.Text => Text(key.Choices),
        ValueForm.Texts => Either(Text(key.Choices, key.AllowsSentences), List(Text(key.Choices, key.AllowsSentences))),
        ValueForm.Group => Group(key),
        ValueForm.Groups => Either(Group(key), List(Group(key))),
        ValueForm.TextOrGroup => Either(Text(key.Choices), Group(key)),
        ValueForm.Settings => Settings(Text(null)),
        ValueForm.Matrix => Either(List(Settings(Text(null))), Settings(Either(Text(null), List(Text(null))))),
        _ => Settings(Either(Text(null), List(Text(null)))),
    };

    /// <summary>YAML takes what looks like one for a number, a truth value or nothing; all are texts here.</summary>
    private static JsonObject Text(IReadOnlyCollection<string>? choices, bool allowsSentences = false)
    {
        return choices is null ? new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") }
            : Either(new JsonObject { ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]) },
                new JsonObject { ["type"] = "string", ["pattern"] = allowsSentences ? $@"{WithSetting}|\S\s+\S" : WithSetting },
                new JsonObject { ["type"] = "null" });
    }

    private static JsonObject Group(ScenarioKey key) => new() { ["$ref"] = $"#/$defs/{key.Group}" };

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject Settings(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    private static JsonObject Either(params ReadOnlySpan<JsonObject> choices)
    {
        JsonArray list = [];
        foreach (JsonObject choice in choices)
            list.Add((JsonNode)choice);
        return new JsonObject { ["anyOf"] = list };
    }
}
