using System.Text.RegularExpressions;

namespace PpcJit.Documents.Tests;

/// <summary>The picture on the front page is what the command beside it draws. UPDATE_GOLDEN=1 draws it anew.</summary>
public sealed partial class PictureTests
{
    private const string Picture = "docs/images/kern-54994.svg";

    [Test]
    public void The_front_page_shows_what_its_command_finds_and_draws()
    {
        Page page = new("README.md");
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string report = Path.Combine(folder, "report.html");
            string command = page.Blocks().First(block => block.Kind == "sh").Body.Replace(" report.html", $" {report}", StringComparison.Ordinal);
            ProcessResult result = PpcJitProcess.Shell(command);
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(result.Output, Does.Contain(page.Blocks().First(block => block.Kind == "text").Body));

            // In the report the page gives the text its colour and the drawing its ground; here the drawing stands alone
            string drawing = Drawings().Matches(File.ReadAllText(report))[^1].Value;
            drawing = Opening().Replace(drawing, "$0<rect width=\"100%\" height=\"100%\" fill=\"white\"/>", 1) + "\n";
            string file = HostTool.RepositoryFile(Picture);
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, drawing);
            }

            Assert.That(File.ReadAllText(file), Is.EqualTo(drawing));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawings();

    [GeneratedRegex("^<svg [^>]*>")]
    private static partial Regex Opening();
}
