using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Syntax;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// Looks through a file's YAML event by event before a tree is made of it: what is nested too deep, refers to itself,
/// or would expand to too much is refused while it still costs nothing. The parser keeps its own stack for events, and
/// only the tree's maker recurses.
/// </summary>
internal sealed class YamlScan
{
    private readonly string _file;
    private readonly Dictionary<string, long> _anchors = [];
    private readonly Stack<Level> _levels = new();

    private long _total;

    private YamlScan(string file) => _file = file;

    /// <summary>Checks a file.</summary>
    /// <returns>How many nodes it has, those that aliases stand for counted each time.</returns>
    /// <exception cref="InputException">It is no YAML or goes beyond a limit.</exception>
    public static long Check(string file, string text)
    {
        if (text.Length > YamlLimits.MaxCharacters)
            throw new SourceLocation(file, 1, 1).Error($"a scenario file has at most {YamlLimits.MaxCharacters >> 20} M characters.");
        return new YamlScan(file).Run(text);
    }

    private long Run(string text)
    {
        Scanner scanner = new(new StringReader(text));
        Parser parser = new(scanner);
        try
        {
            while (parser.MoveNext())
                Visit(parser.Current!);
        }
        catch (YamlException error)
        {
            throw Place(error.Start).Error($"this is not YAML: {error.Message.TrimEnd('.')}.");
        }
        catch (Exception error) when (error is not (InputException or OutOfMemoryException))
        {
            // The parser has mistakes of its own: a list without its end takes a token from an empty queue
            throw Place(scanner.CurrentPosition).Error("this is not YAML: something that was begun does not end here.");
        }

        return _total;
    }

    private void Visit(ParsingEvent item)
    {
        switch (item)
        {
            case MappingStart or SequenceStart:
                RefuseAsKey(item, true);
                if (_levels.Count == YamlLimits.MaxDepth)
                    throw Place(item.Start).Error($"lists and mappings are nested deeper than {YamlLimits.MaxDepth} levels.");
                Count(item, 1);
                _levels.Push(new Level(((NodeEvent)item).Anchor, item is MappingStart));
                break;
            case MappingEnd or SequenceEnd:
                Level ended = _levels.Pop();
                Remember(ended.Anchor, ended.Nodes + 1);
                AddToLevel(ended.Nodes);
                break;
            case AnchorAlias alias:
                if (!_anchors.TryGetValue(alias.Value.Value, out long size))
                    throw Place(item.Start).Error($"there is no anchor '&{alias.Value}' that ends before this.");
                RefuseAsKey(item, size > 1);
                Count(item, size);
                break;
            case Scalar scalar:
                Count(item, 1);
                Remember(scalar.Anchor, 1);
                break;
        }
    }

    private void Remember(AnchorName anchor, long nodes)
    {
        if (!anchor.IsEmpty)
            _anchors[anchor.Value] = nodes;
    }

    private void RefuseAsKey(ParsingEvent item, bool isCollection)
    {
        if (isCollection && _levels.TryPeek(out Level? level) && level.IsMapping && level.Elements % 2 == 0)
            throw Place(item.Start).Error("a name is expected here.");
    }

    private void Count(ParsingEvent item, long nodes)
    {
        _total += nodes;
        if (_total > YamlLimits.MaxNodes)
            throw Place(item.Start).Error($"the file has more than {YamlLimits.MaxNodes} names, values, lists and "
                + "mappings with all that its aliases stand for.");
        if (_levels.TryPeek(out Level? level))
            level.Elements++;
        AddToLevel(nodes);
    }

    private void AddToLevel(long nodes)
    {
        if (_levels.TryPeek(out Level? level))
            level.Nodes += nodes;
    }

    private SourceLocation Place(Mark mark) => new(_file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    /// <summary>A list or mapping that has begun.</summary>
    private sealed class Level(AnchorName anchor, bool isMapping)
    {
        public AnchorName Anchor => anchor;

        public bool IsMapping => isMapping;

        /// <summary>Its own elements; of a mapping, names and values each.</summary>
        public long Elements { get; set; }

        /// <summary>The nodes in it at all depths.</summary>
        public long Nodes { get; set; }
    }
}
