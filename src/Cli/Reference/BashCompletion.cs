using System.Text;

namespace PpcJit.Cli.Reference;

/// <summary>Completes commands, options and their values in bash, from version 3.2 on.</summary>
internal static class BashCompletion
{
    /// <summary>Writes the script.</summary>
    public static string Of(DescribedCommand root)
    {
        DescribedCommand[] all = [.. root.All];
        StringBuilder paths = new();
        StringBuilder lists = new();
        foreach (DescribedCommand command in all)
        {
            if (command != root)
                paths.Append($"            \"{command.Path}\") path=\"$path $word\" ;;\n");
            IEnumerable<string> options = command.Options.SelectMany(option => option.Names);
            lists.Append($"        \"{command.Path}\")\n            options={Quoted(options)}\n");
            if (command.Commands.Count > 0)
                lists.Append($"            words={Quoted(command.Commands.Select(below => below.Name))}\n");
            else if (command.Arguments.Count > 0)
                lists.Append(Value(command.Arguments[0], "            "));
            lists.Append("            ;;\n");
        }

        StringBuilder values = new();
        foreach (IGrouping<string, DescribedOption> same in all.SelectMany(command => command.Options).Where(option => option.Value is not null)
            .DistinctBy(option => option.Name).GroupBy(option => Value(option.Value!, "            ")))
            values.Append($"        {string.Join('|', same.SelectMany(option => option.Names))})\n{same.Key}            ;;\n");

        // The shell divides a word at = and : and replaces what is after the last of them.
        return $$"""
            # Completes ppcjit in bash: made by 'ppcjit completion bash'.
            _ppcjit()
            {
                local whole=${COMP_LINE:0:COMP_POINT} previous=${COMP_WORDS[COMP_CWORD-1]} current=${COMP_WORDS[COMP_CWORD]}
                local path={{root.Name}} options= words= paths= cut n word reply
                whole=${whole##*[[:space:]]}
                case $current in '='|':') current= ;; esac
                for ((n = 1; n < COMP_CWORD; n++)); do
                    word=${COMP_WORDS[n]}
                    case "$path $word" in
            {{paths.ToString().TrimEnd('\n')}}
                    esac
                done
                cut=${whole%"$current"}
                case $whole in
                    --*=*) previous=${whole%%=*}; cut=${cut#"$previous="}; whole=${whole#*=} ;;
                    *) [ "$previous" != '=' ] || previous=${COMP_WORDS[COMP_CWORD-2]} ;;
                esac
                case $previous in
            {{values.ToString().TrimEnd('\n')}}
                    *)
                        case $path in
            {{Indented(lists.ToString().TrimEnd('\n'))}}
                        esac
                        case $whole in -*) words=$options paths= ;; esac
                        ;;
                esac
                COMPREPLY=()
                while IFS= read -r reply; do
                    [ -z "$reply" ] || COMPREPLY+=("${reply#"$cut"}")
                done < <(
                    compgen -W "$words" -- "$whole"
                    case $paths in
                        files) compgen -f -- "$whole" ;;
                        folders) compgen -d -- "$whole" ;;
                    esac
                )
                [ -z "$paths" ] || compopt -o filenames 2> /dev/null
            }
            complete -F _ppcjit ppcjit

            """;
    }

    private static string Value(DescribedValue value, string indent)
    {
        string paths = value.IsFile ? $"{indent}paths=files\n" : value.IsFolder ? $"{indent}paths=folders\n" : "";
        return $"{indent}words={Quoted(value.Words)}\n{paths}";
    }

    private static string Indented(string lines) => string.Join('\n', lines.Split('\n').Select(line => "        " + line));

    private static string Quoted(IEnumerable<string> words) => $"'{string.Join(' ', words)}'";
}
