using System.Text;
using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Syntax;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// A node of a scenario file together with the settings that are substituted into its texts: <c>${name}</c> becomes the
/// setting's value. Each reading method says in its error where the node is and what was expected.
/// </summary>
internal sealed class YamlView
{
    private readonly YamlNode _node;
    private readonly string _file;
    private readonly YamlBudget _budget;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private YamlView(YamlNode node, string file, IReadOnlyDictionary<string, string> settings, YamlBudget budget)
    {
        _budget = budget;
        _node = node;
        _file = file;
        _settings = settings;
    }

    /// <summary>Where the node begins.</summary>
    public SourceLocation Location => new(_file, (int)_node.Start.Line, (int)_node.Start.Column);

    /// <summary>Number of nodes of the file.</summary>
    public long NodesOfFile => _budget.Nodes;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => _node is YamlSequenceNode;

    /// <summary>Whether it maps names to nodes.</summary>
    public bool IsMapping => _node is YamlMappingNode;

    /// <summary>Reads the one document of a file.</summary>
    /// <exception cref="InputException">It is no YAML, or not exactly one mapping.</exception>
    public static YamlView Parse(string file, string text)
    {
        long nodes = YamlScan.Check(file, text);
        YamlStream stream = [];
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What the scan lets through and the tree's maker does not: two equal names
            SourceLocation place = error is YamlException { Start: var start } ? new(file, (int)start.Line, (int)start.Column) : new(file, 1, 1);
            throw place.Error($"this is not YAML: {error.Message.TrimEnd('.')}.");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new SourceLocation(file, 1, 1).Error("a scenario file has one document, which maps names such as 'image:' to what they are.");
        return new YamlView(root, file, new Dictionary<string, string>(), new YamlBudget(nodes));
    }

    /// <summary>The same node with settings.</summary>
    public YamlView With(IReadOnlyDictionary<string, string> settings) => new(_node, _file, settings, _budget);

    /// <summary>Makes the error that names this place.</summary>
    public InputException Error(string message) => Location.Error(message);

    /// <summary>Refuses names that a mapping must not have.</summary>
    /// <param name="group">What the mapping is, and the names that it may have.</param>
    /// <exception cref="InputException">It has another one, or is no mapping.</exception>
    public void AllowOnly(ScenarioKeyGroup group)
    {
        foreach ((string name, YamlView node) in Entries(group.Title))
        {
            if (!group.Names.Contains(name))
            {
                throw node.KeyError(name, $"{group.Title} has no '{name}:'.{NearestName.Question(name, group.Names)} It may have: "
                    + $"{string.Join(", ", group.Names)}.");
            }
        }
    }

    /// <summary>The names of a mapping with their nodes, in the order of the file.</summary>
    /// <param name="what">What the mapping is, for the message.</param>
    /// <exception cref="InputException">It is no mapping.</exception>
    public IEnumerable<(string Name, YamlView Node)> Entries(string what)
    {
        if (_node is not YamlMappingNode mapping)
            throw Error($"{what} maps names to what they are, as in 'name: value'.");
        return mapping.Children.Select(child => (KeyOf(child.Key), new YamlView(child.Value, _file, _settings, _budget)));
    }

    /// <summary>The node under a name; null when there is none, or it is empty.</summary>
    public YamlView? Find(string name)
    {
        if (_node is not YamlMappingNode mapping || !mapping.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? found))
            return null;
        return found is YamlScalarNode { Value: "" or null, Style: ScalarStyle.Plain } ? null : new YamlView(found, _file, _settings, _budget);
    }

    /// <summary>The node under a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public YamlView Require(string name, string what) => Find(name) ?? throw Error($"{what} needs '{name}:'.");

    /// <summary>The elements of a list; a single node counts as a list of one.</summary>
    public IEnumerable<YamlView> Items() =>
        _node is YamlSequenceNode list ? list.Children.Select(child => new YamlView(child, _file, _settings, _budget)) : [this];

    /// <summary>The text of a scalar, with settings substituted.</summary>
    /// <param name="expected">What is expected, for the message: "a number of bytes".</param>
    /// <exception cref="InputException">It is no scalar, or a setting is not known.</exception>
    public string Text(string expected)
    {
        if (_node is not YamlScalarNode { Value: { } text })
            throw Error($"{expected} is expected here, not {(IsList ? "a list" : "a mapping")}.");
        return Substitute(text);
    }

    /// <summary>The text of a scalar as it stands in the file.</summary>
    public string RawText(string expected) =>
        _node is YamlScalarNode { Value: { } text } ? text : throw Error($"{expected} is expected here, not {(IsList ? "a list" : "a mapping")}.");

    private InputException KeyError(string name, string message) =>
        (_node.Start.Line > 0 ? Location with { Column = Math.Max(1, Location.Column - name.Length - 2) } : Location).Error(message);

    private string KeyOf(YamlNode key) =>
        key is YamlScalarNode { Value: { } name }
            ? name
            : throw new SourceLocation(_file, (int)key.Start.Line, (int)key.Start.Column).Error("a name is expected here.");

    private string Substitute(string text)
    {
        int start = text.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
            return text;
        StringBuilder result = new();
        int done = 0;
        for (; start >= 0; start = text.IndexOf("${", done, StringComparison.Ordinal))
        {
            int end = text.IndexOf('}', start);
            if (end < 0)
                throw Error($"'{text}' has a '${{' without a '}}'.");
            string name = text[(start + 2)..end];
            if (!_settings.TryGetValue(name, out string? value))
                throw Error($"there is no setting '{name}'.{NearestName.Question(name, _settings.Keys)} Settings come "
                    + "from 'settings:' and 'matrix:'.");
            Take(start - done + value.Length);
            result.Append(text, done, start - done).Append(value);
            done = end + 1;
        }

        Take(text.Length - done);
        return result.Append(text, done, text.Length - done).ToString();
    }

    private void Take(int characters)
    {
        if (!_budget.TryTake(characters))
            throw Error($"with this, settings have been put into texts of more than {YamlLimits.MaxSubstituted >> 20} M characters together.");
    }
}
