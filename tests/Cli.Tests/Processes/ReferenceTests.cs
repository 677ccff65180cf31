namespace PpcJit.Cli.Tests.Processes;

/// <summary>What other programs show of the help: the page of the documentation, the manual page, and the completion of shells.</summary>
[TestFixture]
internal sealed class ReferenceTests
{
    /// <summary>Completes a line as bash does: readline divides words at = and : too, and replaces what is after the last of them.</summary>
    private const string AskBash =
        """
        source "./$1"
        COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=()
        read -ra parts <<< "$2"
        for part in "${parts[@]}"; do
            while [[ $part =~ ^([^=:]*)([=:])(.*)$ ]]; do
                [ -z "${BASH_REMATCH[1]}" ] || COMP_WORDS+=("${BASH_REMATCH[1]}")
                COMP_WORDS+=("${BASH_REMATCH[2]}")
                part=${BASH_REMATCH[3]}
            done
            [ -z "$part" ] || COMP_WORDS+=("$part")
        done
        case $2 in *' ') COMP_WORDS+=("") ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _ppcjit
        echo "${COMPREPLY[*]}"
        """;

    /// <summary>Types a line and the tabulator into an interactive zsh.</summary>
    private const string AskZsh =
        """
        zmodload zsh/zpty
        zpty -b z zsh -f -i
        zpty -w z "PS1='>'; TERM=dumb; autoload -U compinit; compinit -u -D; source ./$1; tell() { print -r -- \"<\$BUFFER>\" }; zle -N tell"
        zpty -w z "bindkey '^X' tell; echo rea''dy"
        zpty -r -m z line '*ready*'
        zpty -w -n z "$2"$'\t\x18'
        zpty -r -m z line '*<*>*'
        print -r -- "$line"
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ppcjit-reference-").FullName;

    [OneTimeSetUp]
    public void WriteScripts()
    {
        foreach (string shell in (string[])["bash", "zsh", "fish"])
            File.WriteAllText(Path.Combine(_folder, shell), Output("completion", shell));
        File.WriteAllText(Path.Combine(_folder, "ask-bash"), AskBash);
        File.WriteAllText(Path.Combine(_folder, "ask-zsh"), AskZsh);
        File.WriteAllBytes(Path.Combine(_folder, "kernel image"), []);
        Directory.CreateDirectory(Path.Combine(_folder, "runs"));
    }

    [OneTimeTearDown]
    public void RemoveScripts() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_page_of_the_documentation_is_what_the_program_prints() => Assert.That(
        File.ReadAllText(HostTool.RepositoryFile("docs/cli.md")), Is.EqualTo(Output("manual", "--markdown")),
        "'ppcjit manual --markdown > docs/cli.md' writes it anew.");

    [Test]
    public void Every_command_and_option_of_the_help_is_on_the_page()
    {
        string page = File.ReadAllText(HostTool.RepositoryFile("docs/cli.md"));
        foreach (string command in Words(Output("--help"), "Commands:"))
        {
            Assert.That(page, Does.Contain($"\n## ppcjit {command}\n"));
            string[] options = Words(Output(command, "--help"), "Options:");
            Assert.That(options, Has.Length.GreaterThanOrEqualTo(1), command);
            string section = page.Split("\n## ").Single(part => part.StartsWith($"ppcjit {command}\n", StringComparison.Ordinal));
            foreach (string option in options)
                Assert.That(section, Does.Contain($"{option} ").Or.Contain($"{option}`"), command);
        }
    }

    [Test]
    public void The_manual_page_is_without_fault()
    {
        string page = Path.Combine(_folder, "ppcjit.1");
        File.WriteAllText(page, Output("manual"));
        (int code, byte[] text, string warnings) = HostTool.Run("groff", "groff", "-man", "-ww", "-Tutf8", "-P-cbou", page);
        Assert.That((code, warnings), Is.EqualTo((0, "")));
        string shown = System.Text.Encoding.UTF8.GetString(text);
        Assert.That(shown, Does.Contain("ppcjit scenario run").And.Contain("--save-run FILE").And.Contain("\\xNN"));
    }

    [TestCase("ppcjit sc", "scenario")]
    [TestCase("ppcjit scenario ", "list run merge keys schema")]
    [TestCase("ppcjit scenario run kern-54994-", "kern-54994-entries")]
    [TestCase("ppcjit boot --engi", "--engine")]
    [TestCase("ppcjit boot linux --engine ", "jit interpreter")]
    [TestCase("ppcjit boot linux --engine=i", "interpreter")]
    [TestCase("ppcjit boot linux --engine=", "jit interpreter")]
    [TestCase("ppcjit boot --board wal", "walnut")]
    [TestCase("ppcjit boot guest:d", "demo")]
    [TestCase("ppcjit boot --initrd kern", "kernel image")]
    [TestCase("ppcjit scenario run kern-54994 --save-runs ru", "runs")]
    [TestCase("ppcjit boot --append qui", "")]
    [TestCase("ppcjit completion ", "bash zsh fish")]
    public void Bash_completes(string line, string completed)
    {
        ProcessResult result = PpcJitProcess.Shell($"cd {_folder} && bash ask-bash bash '{line}'");
        Assert.That((result.Output.TrimEnd('\n'), result.Error), Is.EqualTo((completed, "")));
    }

    [TestCase("ppcjit sc", "scenario ")]
    [TestCase("ppcjit scenario run kern-54994-", "kern-54994-entries ")]
    [TestCase("ppcjit boot --engi", "--engine=")]
    [TestCase("ppcjit boot linux --engine i", "interpreter ")]
    [TestCase("ppcjit boot guest:d", "guest:demo ")]
    public void Zsh_completes(string line, string completed)
    {
        HostTool.Run("zsh", "zsh", "-c", "exit");
        ProcessResult result = PpcJitProcess.Shell($"cd {_folder} && zsh -f ask-zsh zsh '{line}'");
        Assert.That(result.Output, Does.Contain($"<{line[..(line.LastIndexOf(' ') + 1)]}{completed}>"), result.Error);
    }

    [TestCase("ppcjit sc", "scenario")]
    [TestCase("ppcjit scenario run kern-54994-", "kern-54994-entries")]
    [TestCase("ppcjit boot --engi", "--engine")]
    [TestCase("ppcjit boot linux --engine i", "interpreter")]
    [TestCase("ppcjit boot guest:d", "guest:demo")]
    public void Fish_completes(string line, string completed)
    {
        HostTool.Run("fish", "fish", "-c", "exit");
        ProcessResult result = PpcJitProcess.Shell($"cd {_folder} && HOME=$PWD fish -N -c \"source fish; complete -C '{line}'\"");
        Assert.That(result.Output.Split('\n').Select(answer => answer.Split('\t')[0]), Has.Member(completed), result.Error);
    }

    [Test]
    public void They_are_installed_where_shells_look()
    {
        ProcessResult result = PpcJitProcess.Shell(
            $"export XDG_DATA_HOME={_folder}/data XDG_CONFIG_HOME={_folder}/config; "
            + "for s in bash zsh fish; do ./ppcjit completion $s --install || exit; done; ./ppcjit manual --install");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        foreach (string file in (string[])["data/bash-completion/completions/ppcjit", "data/zsh/site-functions/_ppcjit",
            "config/fish/completions/ppcjit.fish", "data/man/man1/ppcjit.1"])
        {
            Assert.That(result.Output, Does.Contain($"{_folder}/{file}"));
            Assert.That(Path.Combine(_folder, file), Does.Exist);
        }

        string installed = File.ReadAllText(Path.Combine(_folder, "config/fish/completions/ppcjit.fish"));
        Assert.That(installed, Is.EqualTo(File.ReadAllText(Path.Combine(_folder, "fish"))));
    }

    [Test]
    public void A_shell_that_is_not_known_is_refused()
    {
        ProcessResult result = PpcJitProcess.Run("completion", "bsh");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("ppcjit: There is no completion for 'bsh'; there is: bash, zsh, fish. Did you mean 'bash'"));
    }

    private static string Output(params string[] arguments)
    {
        ProcessResult result = PpcJitProcess.Run(arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }

    /// <summary>The first long name of each line below a heading of the help.</summary>
    private static string[] Words(string help, string heading) =>
    [
        .. help.Split('\n').SkipWhile(line => line != heading).Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .First(word => word[0] != '-' || word.StartsWith("--", StringComparison.Ordinal))),
    ];
}
