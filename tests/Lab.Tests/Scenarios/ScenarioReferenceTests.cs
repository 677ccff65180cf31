using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>The page and the schema of scenario files say what the reader takes.</summary>
public sealed class ScenarioReferenceTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ScenarioReference.Schema())!;

    [Test]
    public void The_page_and_the_schema_are_those_that_the_program_prints()
    {
        const string why = "'ppcjit scenario keys > docs/scenario-keys.md', and 'schema' for the other, write them anew.";
        Assert.That(File.ReadAllText(HostTool.RepositoryFile("docs/scenario-keys.md")), Is.EqualTo(ScenarioReference.Page()), why);
        Assert.That(File.ReadAllText(HostTool.RepositoryFile("docs/scenario.schema.json")), Is.EqualTo(ScenarioReference.Schema()), why);
    }

    [Test]
    public void Every_check_is_described()
    {
        string page = File.ReadAllText(HostTool.RepositoryFile("docs/scenarios.md"));
        foreach (string check in CheckCatalog.FindingNames)
            Assert.That(page, Does.Match($"(?m)^\\|(.*,)? `{check}`(,.*)? \\|"), check);
    }

    [Test]
    public void The_repository_s_scenarios_fit_the_schema()
    {
        string[] files = Directory.GetFiles(Path.GetDirectoryName(HostTool.RepositoryFile("scenarios/kern-54994.yaml"))!, "*.yaml");
        Assert.That(files, Has.Length.GreaterThanOrEqualTo(3));
        foreach (string file in files)
            Assert.That(Problems(File.ReadAllText(file)), Is.Empty, file);
    }

    [Test]
    public void All_keys_together_fit_the_schema_and_are_read()
    {
        const string text =
            """
            name: all
            title: everything
            board: ref405ep
            memory: 32M
            image: guest:demo
            symbols: x
            command-line: "a=${a}"
            kernel: {is: none, page-size: 4K, kernel-pid: 1}
            settings: {a: 1, b: on}
            matrix: {c: [1, 2], d: x}
            inject: [raise pit at main, "write r3 = 1 at main on call 2"]
            checks: [exception-loop, ""]
            log: exceptions
            print: ["main: x"]
            search:
              - {inject: raise pit, from: {console: x}, window: 5, within: [main], pass: 5, limit: 9, most: 3, then: {inject: raise pit, window: 5}}
            end: {console: x, panic: [a, b], instructions: 5M}
            expect:
              - {when: {c: [1, 2], d: x}, finding: none, console: x, panic: y, exit: "${b}", fatal-in: main, allow: [undecided]}
            """;
        Assert.That(Problems(text), Is.Empty);
        Assert.That(ScenarioReader.Read("all.yaml", text.Replace("${b}", "limit", StringComparison.Ordinal), new Dictionary<string, string>()).Cases,
            Has.Count.EqualTo(2));
    }

    [TestCase("title: x", "image")]
    [TestCase("image: a\nkernal: none", "kernal")]
    [TestCase("image: a\nkernel: linux", "linux")]
    [TestCase("image: a\nkernel: {page-sise: 4K}", "page-sise")]
    [TestCase("image: a\nboard: walnuts", "walnuts")]
    [TestCase("image: a\nsearch: {inject: raise pit, from: main}", "window")]
    [TestCase("image: a\nsearch: [{inject: raise pit, from: {consol: x}, window: 5}]", "consol")]
    [TestCase("image: a\nend: {instruction: 5}", "instruction")]
    [TestCase("image: a\nexpect: {finding: nothing}", "nothing")]
    [TestCase("image: a\nexpect: [{allow: [undecidet]}]", "undecidet")]
    public void What_the_reader_refuses_does_not_fit_the_schema(string text, string wrong)
    {
        Assert.That(() => ScenarioReader.Read("test.yaml", text, new Dictionary<string, string>()),
            Throws.TypeOf<InputException>().With.Message.Contains(wrong));
        Assert.That(Problems(text), Is.Not.Empty);
    }

    private static IReadOnlyList<string> Problems(string yaml)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(yaml));
        return [.. Check(stream.Documents[0].RootNode, Schema, "")];
    }

    /// <summary>Checks a node against as much of JSON Schema as the schema uses.</summary>
    private static IEnumerable<string> Check(YamlNode node, JsonNode schema, string place)
    {
        foreach ((string word, JsonNode? value) in schema.AsObject())
        {
            switch (word)
            {
                case "$schema" or "title" or "description" or "$defs" or "properties":
                    break;
                case "$ref":
                    foreach (string problem in Check(node, Schema["$defs"]![value!.GetValue<string>()["#/$defs/".Length..]]!, place))
                        yield return problem;
                    break;
                case "anyOf":
                    if (value!.AsArray().All(choice => Check(node, choice!, place).Any()))
                        yield return $"{place}: none of the choices fits";
                    break;
                case "enum":
                    if (node is not YamlScalarNode text || !value!.AsArray().Any(choice => choice!.GetValue<string>() == text.Value))
                        yield return $"{place}: {node} is no choice";
                    break;
                case "pattern":
                    if (!Regex.IsMatch(((YamlScalarNode)node).Value ?? "", value!.GetValue<string>()))
                        yield return $"{place}: {node} does not match";
                    break;
                case "required":
                    foreach (JsonNode? name in value!.AsArray().Where(name => Member(node, name!.GetValue<string>()) is null))
                        yield return $"{place}: {name} is missing";
                    break;
                case "items":
                    foreach (string problem in ((YamlSequenceNode)node).Children.SelectMany(child => Check(child, value!, $"{place}[]")))
                        yield return problem;
                    break;
                case "additionalProperties":
                    foreach (string problem in CheckMembers(node, schema["properties"], value!, place))
                        yield return problem;
                    break;
                case "type":
                    JsonNode?[] types = value is JsonArray several ? [.. several] : [value];
                    if (!types.Any(type => type!.GetValue<string>() == TypeOf(node)))
                    {
                        yield return $"{place}: is a {TypeOf(node)}";
                        yield break;
                    }

                    break;
                default:
                    yield return $"{place}: nobody checks '{word}'";
                    break;
            }
        }
    }

    private static IEnumerable<string> CheckMembers(YamlNode node, JsonNode? properties, JsonNode others, string place)
    {
        foreach ((YamlNode key, YamlNode value) in ((YamlMappingNode)node).Children)
        {
            string name = ((YamlScalarNode)key).Value!;
            if (properties?[name] is { } known)
            {
                foreach (string problem in Check(value, known, $"{place}.{name}"))
                    yield return problem;
            }
            else if (others is JsonObject other)
            {
                foreach (string problem in Check(value, other, $"{place}.{name}"))
                    yield return problem;
            }
            else if (!others.GetValue<bool>())
            {
                yield return $"{place}: '{name}' is no key";
            }
        }
    }

    private static YamlNode? Member(YamlNode node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? found) ? found : null;

    /// <summary>What a plain scalar looks like does not matter here: all scalars are texts.</summary>
    private static string TypeOf(YamlNode node) => node switch
    {
        YamlMappingNode => "object",
        YamlSequenceNode => "array",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" } => "null",
        _ => "string",
    };
}
