using System.Text;

namespace PpcJit.Cli.Reference;

/// <summary>Completes commands, options and their values in zsh, and says what they mean.</summary>
internal static class ZshCompletion
{
    /// <summary>Writes the script.</summary>
    public static string Of(DescribedCommand root)
    {
        StringBuilder script = new("#compdef ppcjit\n# Completes ppcjit in zsh: made by 'ppcjit completion zsh'.\n");
        foreach (DescribedCommand command in root.All)
            Add(script, command);
        script.Append(
            """

            if [ "$funcstack[1]" = _ppcjit ]; then
                _ppcjit "$@"
            else
                compdef _ppcjit ppcjit
            fi

            """);
        return script.ToString();
    }

    private static void Add(StringBuilder script, DescribedCommand command)
    {
        script.Append($"\n{Function(command)}() {{\n    local context state state_descr line\n    typeset -A opt_args\n    _arguments -C -S");
        foreach (DescribedOption option in command.Options)
            script.Append($" \\\n        {Spec(option)}");
        if (command.Commands.Count > 0)
        {
            IEnumerable<string> below = command.Commands.Select(one =>
                $"{one.Name}\\:\"{Escaped(one.Description).Replace("\"", "", StringComparison.Ordinal)}\"");
            script.Append($" \\\n        '1:command:(({string.Join(' ', below)}))' \\\n        '*::argument:->below'\n");
            script.Append("    [ \"$state\" = below ] || return\n    case $words[1] in\n");
            foreach (DescribedCommand one in command.Commands)
                script.Append($"        {one.Name}) {Function(one)} ;;\n");
            script.Append("    esac\n}\n");
            return;
        }

        foreach (DescribedValue argument in command.Arguments)
            script.Append($" \\\n        '{(argument.IsRepeated ? "*" : "")}:{Escaped(argument.Name)}:{Action(argument)}'");
        script.Append("\n}\n");
    }

    private static string Spec(DescribedOption option)
    {
        string value = option.Value is { } given ? $":{Escaped(given.Name)}:{Action(given)}" : "";
        string text = $"[{Escaped(option.Description)}]{value}";
        string again = option.IsRepeated ? "*" : option.Names.Count > 1 ? $"({string.Join(' ', option.Names)})" : "";
        return string.Join(" \\\n        ", option.Names.Select(name =>
            $"'{again}{name}{(option.Value is not null && name.StartsWith("--", StringComparison.Ordinal) ? "=" : "")}{text}'"));
    }

    private static string Action(DescribedValue value) => value switch
    {
        { Words.Count: > 0, IsFile: true } =>
            $"{{_alternative \"words:word:({string.Join(' ', value.Words.Select(Word))})\" \"files:file:_files\"}}",
        { Words.Count: > 0 } => $"({string.Join(' ', value.Words.Select(Word))})",
        { IsFolder: true } => "_files -/",
        { IsFile: true } => "_files",
        _ => " ",
    };

    private static string Word(string word) => word.Replace(":", "\\:", StringComparison.Ordinal);

    private static string Function(DescribedCommand command) => "_" + command.Path.Replace(' ', '_').Replace('-', '_');

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "'\\''", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)
        .Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal);
}
