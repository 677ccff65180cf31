namespace PpcJit.Cli.Tests.Processes;

/// <summary>
/// Standard input and output that are closed, of the wrong kind, or not read any more, and the host's limit for the
/// size of a file.
/// </summary>
[TestFixture]
internal sealed class StreamTests
{
    [TestCase("boards")]
    [TestCase("scenario list")]
    [TestCase("disasm guests/demo/demo.elf")]
    public void A_reader_that_has_seen_enough_ends_the_program_quietly(string command)
    {
        // The pipe is smaller than what is printed, or closed before anything is: the reader does not read at all.
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {command} | exec true; exit ${{PIPESTATUS[0]}}");
        Assert.That((result.ExitCode, result.Error), Is.AnyOf((141, ""), (0, "")));
        result = PpcJitProcess.Shell($"{{ sleep 0; ./ppcjit {command}; echo $? >&2; }} > >(exec true); wait");
        Assert.That(result.Error, Is.EqualTo("141\n").Or.EqualTo("0\n"));
    }

    [Test]
    public void A_reader_that_has_seen_enough_ends_a_run_quietly_but_with_its_report_for_programs()
    {
        using RawImage image = RawImage.ThatPrintsForEver();
        string json = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {string.Join(' ', image.Boot)} --json {json} | head -c 1; exit ${{PIPESTATUS[0]}}");
        string report = File.ReadAllText(json);
        File.Delete(json);
        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((141, "x", "")));
        Assert.That(report, Does.Contain("\"exitCode\": 141"));
    }

    [Test]
    public void Standard_input_that_is_closed_has_no_keys([Values] bool isAsked)
    {
        using RawImage image = isAsked ? RawImage.ThatWaitsForNothing() : RawImage.ThatPrintsOkAndResets();
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {string.Join(' ', image.Boot)} <&-");
        Assert.That(result.ExitCode, Is.EqualTo(isAsked ? 1 : 0), result.Error);
    }

    [TestCase("<&-", "- is a device")]
    [TestCase("< /tmp", "- is a directory")]
    [TestCase("< /dev/null", "- is a device")]
    [TestCase("< /dev/zero", "- is a device")]
    [TestCase("< <(exec true)", "- is empty")]
    public void An_image_from_standard_input_that_has_none_is_refused(string input, string expected)
    {
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit boot - {input}");
        Assert.That((result.ExitCode, result.Error.TrimEnd('\n').Split('\n').Length), Is.EqualTo((2, 1)), result.Error);
        Assert.That(result.Error, Does.StartWith($"ppcjit: {expected}"));
    }

    [Test]
    public void A_directory_as_standard_input_has_no_keys()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {string.Join(' ', image.Boot)} < /tmp");
        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((0, "ok", "")));
    }

    [Test]
    public void Standard_output_that_is_closed_is_no_other_file()
    {
        using RawImage image = RawImage.ThatPrintsOkAndResets();
        string json = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Shell($"./ppcjit {string.Join(' ', image.Boot)} --json {json} >&-");
        string report = File.ReadAllText(json);
        File.Delete(json);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("Standard output cannot be written"));
        Assert.That(report, Does.Not.StartWith("ok"));
    }

    [TestCase("boot guest:demo --json {0}/out")]
    [TestCase("scenario run kern-54994 --set upages=1 --jobs 1 --report {0}/out.html")]
    public void The_hosts_limit_for_files_is_an_error_like_a_full_disk(string command)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        ProcessResult result = PpcJitProcess.Shell($"ulimit -f 1; ./ppcjit {string.Format(command, folder.FullName)}");
        string[] left = [.. folder.GetFiles().Select(file => file.Name)];
        folder.Delete(recursive: true);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain("the file cannot be written: File too large").And.Not.Contain("   at "));
        Assert.That(left, Is.Empty);
    }

    [Test]
    public void The_hosts_limit_holds_for_standard_output_too()
    {
        string file = Path.GetTempFileName();
        ProcessResult result = PpcJitProcess.Shell($"ulimit -f 1; ./ppcjit disasm guests/demo/demo.elf > {file}");
        File.Delete(file);
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((2, "ppcjit: Standard output cannot be written: File too large.\n")));
    }
}
