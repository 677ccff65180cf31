using System.Text;

namespace PpcJit.Cli.Reference;

/// <summary>Completes commands, options and their values in fish, and says what they mean.</summary>
internal static class FishCompletion
{
    /// <summary>Writes the script.</summary>
    public static string Of(DescribedCommand root)
    {
        StringBuilder script = new();
        DescribedCommand[] all = [.. root.All];
        script.Append(
            $$"""
            # Completes ppcjit in fish: made by 'ppcjit completion fish'.
            function __ppcjit_at
                set -l path ppcjit
                for word in (commandline -opc)[2..]
                    switch "$path $word"
                        case {{string.Join(' ', all.Skip(1).Select(command => Quoted(command.Path)))}}
                            set path "$path $word"
                    end
                end
                test "$path" = "$argv"
            end
            complete -c ppcjit -f

            """);
        foreach (DescribedCommand command in all)
        {
            string at = $"complete -c ppcjit -n {Quoted($"__ppcjit_at {command.Path}")}";
            foreach (DescribedCommand below in command.Commands)
                script.Append($"{at} -a {Quoted(below.Name)} -d {Quoted(below.Description)}\n");
            foreach (DescribedValue argument in command.Arguments)
                script.Append($"{at}{Value(argument)}\n");
            foreach (DescribedOption option in command.Options)
            {
                string names = string.Concat(option.Names.Select(name =>
                    name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {Quoted(name[1..])}"));
                script.Append($"{at}{names}{(option.Value is null ? "" : $" -r{Value(option.Value)}")} -d {Quoted(option.Description)}\n");
            }
        }

        return script.ToString();
    }

    private static string Value(DescribedValue value)
    {
        string words = value.Words.Count > 0 ? $" -a {Quoted(string.Join(' ', value.Words))}" : "";
        return words + (value.IsFile ? " -F" : value.IsFolder ? " -a '(__fish_complete_directories)'" : " -f");
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
