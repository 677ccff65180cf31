using System.CommandLine;
using PpcJit.Cli.Reference;

namespace PpcJit.Cli.Tests.Parsing;

/// <summary>Commands that a line cannot lead to are not created. Nobody must notice.</summary>
[TestFixture]
internal sealed class CommandTreeTests
{
    private static IEnumerable<string> Names => Application.CreateRoot().Subcommands.Select(command => command.Name);

    [TestCaseSource(nameof(Names))]
    public void A_line_that_begins_with_a_command_has_this_one_as_it_is_among_all(string name)
    {
        Command among = Application.CreateRoot().Subcommands.Single(command => command.Name == name);
        Command root = Application.CreateRoot(name, "x");
        Assert.That(root.Subcommands.Select(command => command.Name), Is.EqualTo(new[] { name }));
        Assert.That(Symbols(root.Subcommands[0]), Is.EqualTo(Symbols(among)));
        Assert.That(Symbols(root), Is.EqualTo(Symbols(Application.CreateRoot())));
    }

    [TestCase]
    [TestCase("--help")]
    [TestCase("boo")]
    [TestCase("--version", "boot")]
    [TestCase("-h", "boot")]
    public void Any_other_line_has_all(params string[] line) =>
        Assert.That(Application.CreateRoot(line).Subcommands.Select(command => command.Name), Is.EqualTo(Names).And.Not.Empty);

    [TestCase(true, "--version")]
    [TestCase(false)]
    [TestCase(false, "--version", "boot")]
    public void The_version_alone_needs_no_command_line(bool isAsked, params string[] line) =>
        Assert.That(ProgramVersion.IsAsked(line), Is.EqualTo(isAsked));

    private static IEnumerable<string> Symbols(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(sub => sub.Name).Where(_ => command.Parents.Any()))
            .Concat(command.Arguments.Select(argument => argument.Name));
}
