using System.Diagnostics;

namespace PpcJit.Cli.Tests.Launcher;

/// <summary>What the script <c>ppcjit</c> does before the program begins.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LauncherTests : IDisposable
{
    private readonly SmallCheckout _checkout = new();

    /// <inheritdoc/>
    public void Dispose() => _checkout.Dispose();

    [Test]
    public void The_program_is_built_at_its_first_start_only()
    {
        ProcessResult first = _checkout.Run();
        Assert.That((first.ExitCode, first.Output), Is.EqualTo((0, "first\n")));
        Assert.That(first.Error, Does.StartWith("ppcjit: building the program"));
        Assert.That(_checkout.Run(), Is.EqualTo(new ProcessResult(0, "first\n", "")));
        Assert.That(_checkout.Builds, Is.EqualTo(1));
    }

    [TestCase("src/Cli/Program.cs")]
    [TestCase("src/Cli/New.cs")]
    [TestCase("scenarios/one.yaml")]
    [TestCase("guests/demo/demo.elf")]
    [TestCase("global.json")]
    [TestCase("Directory.Packages.props")]
    [TestCase("Directory.Build.targets")]
    [TestCase("src/Cli/packages.lock.json")]
    public void A_changed_or_new_source_builds_it_anew(string file)
    {
        _checkout.Run();
        _checkout.Change(file, "second");
        ProcessResult result = _checkout.Run();
        Assert.That((result.ExitCode, _checkout.Builds), Is.EqualTo((0, 2)), result.Error);
    }

    [TestCase("src/Cli/obj/Cli.dll")]
    [TestCase("guests/linux/out/ref405ep.elf")]
    public void What_the_program_is_not_made_of_builds_nothing(string file)
    {
        _checkout.Run();
        _checkout.Change(file, "second");
        _checkout.Run();
        Assert.That(_checkout.Builds, Is.EqualTo(1));
    }

    [Test]
    public void Sources_that_were_built_before_are_not_built_again()
    {
        _checkout.Run();
        _checkout.Change("scenarios/one.yaml", "second");
        Assert.That(_checkout.Run().Output, Is.EqualTo("second\n"));
        _checkout.Change("scenarios/one.yaml", "first");
        Assert.That(_checkout.Run(), Is.EqualTo(new ProcessResult(0, "first\n", "")));
        Assert.That(_checkout.Builds, Is.EqualTo(2));
    }

    [Test]
    public void A_running_program_keeps_its_files_however_often_it_is_built_anew()
    {
        string hold = Path.Combine(_checkout.Folder, "hold");
        Process running = _checkout.Start(("FAKE_HOLD", hold));
        SmallCheckout.WaitFor(hold + ".begun");
        for (int n = 0; n < 5; n++)
        {
            _checkout.Change("scenarios/one.yaml", $"later {n}");
            Assert.That(_checkout.Run().Output, Is.EqualTo($"later {n}\n"));
        }

        _checkout.Change("hold", "");
        Assert.That(SmallCheckout.End(running).Output, Is.EqualTo("first\nfirst\n"));
    }

    [Test]
    public void Builds_that_nobody_runs_are_removed_but_for_the_last_ones()
    {
        for (int n = 0; n < 6; n++)
        {
            _checkout.Change("scenarios/one.yaml", $"{n}");
            _checkout.Run();
        }

        Assert.That(_checkout.Kept, Has.Length.EqualTo(3));
        Assert.That(_checkout.Run().Output, Is.EqualTo("5\n"));
    }

    [Test]
    public void Who_waits_for_another_build_is_told_and_gets_its_result()
    {
        string gate = Path.Combine(_checkout.Folder, "gate");
        Process first = _checkout.Start(("FAKE_GATE", gate));
        SmallCheckout.WaitFor(Path.Combine(_checkout.Folder, "builds"));
        Process second = _checkout.Start();
        Assert.That(second.StandardError.ReadLine(), Does.StartWith("ppcjit: waiting for another start"));
        _checkout.Change("gate", "");
        Assert.That(SmallCheckout.End(first).Output, Is.EqualTo("first\n"));
        Assert.That(SmallCheckout.End(second), Is.EqualTo(new ProcessResult(0, "first\n", "")));
        Assert.That(_checkout.Builds, Is.EqualTo(1));
    }

    [Test]
    public void Each_of_many_starts_at_once_runs_a_whole_program()
    {
        for (int round = 0; round < 3; round++)
        {
            _checkout.Change("scenarios/one.yaml", $"{round}");
            Process[] starts = [.. Enumerable.Range(0, 8).Select(_ => _checkout.Start())];
            Assert.That(starts.Select(SmallCheckout.End).Select(result => (result.ExitCode, result.Output)), Has.All.EqualTo((0, $"{round}\n")));
        }

        Assert.That(_checkout.Builds, Is.EqualTo(3));
    }

    [Test]
    public void A_source_that_changes_while_it_is_built_is_built_once_more()
    {
        string gate = Path.Combine(_checkout.Folder, "gate");
        Process first = _checkout.Start(("FAKE_GATE", gate));
        SmallCheckout.WaitFor(Path.Combine(_checkout.Folder, "builds"));
        _checkout.Change("src/Cli/Program.cs", "second");
        _checkout.Change("gate", "");
        SmallCheckout.End(first);
        _checkout.Run();
        _checkout.Change("src/Cli/Program.cs", "first");
        _checkout.Run();
        Assert.That(_checkout.Builds, Is.EqualTo(3), "What was built of changing sources is never taken for that of the first ones.");
    }

    [Test]
    public void A_failed_build_shows_its_reason_and_leaves_the_old_program()
    {
        _checkout.Run();
        _checkout.Change("scenarios/one.yaml", "second");
        ProcessResult failed = _checkout.Run(("FAKE_FAILURE", "error CS0000: this is wrong"));
        Assert.That(failed.ExitCode, Is.EqualTo(3));
        Assert.That(failed.Error, Does.Contain("error CS0000: this is wrong").And.Contain("ppcjit: building the program failed"));
        _checkout.Change("scenarios/one.yaml", "first");
        Assert.That(_checkout.Run().Output, Is.EqualTo("first\n"));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(_checkout.Folder, ".publish"), "new.*"), Is.Empty);
    }

    [Test]
    public void A_checkout_that_cannot_be_written_gets_a_sentence()
    {
        // A file in the folder's place, as no permission stops root.
        File.WriteAllText(Path.Combine(_checkout.Folder, ".publish"), "");
        ProcessResult result = _checkout.Run();
        Assert.That((result.ExitCode, result.Error.TrimEnd('\n').Split('\n').Length), Is.EqualTo((2, 1)), result.Error);
        Assert.That(result.Error, Does.StartWith("ppcjit: the program must be built, and ").And.Contain(".publish cannot be written"));
    }

    [Test]
    public void What_a_killed_build_left_is_removed()
    {
        Process killed = _checkout.Start(("FAKE_GATE", Path.Combine(_checkout.Folder, "gate")));
        SmallCheckout.WaitFor(Path.Combine(_checkout.Folder, "builds"));
        killed.Kill(entireProcessTree: true);
        SmallCheckout.End(killed);
        Assert.That(Directory.GetDirectories(Path.Combine(_checkout.Folder, ".publish"), "new.*"), Has.Length.EqualTo(1));
        Assert.That(_checkout.Run().Output, Is.EqualTo("first\n"));
        Assert.That(Directory.GetDirectories(Path.Combine(_checkout.Folder, ".publish"), "new.*"), Is.Empty);
    }

    [Test]
    public void An_unknown_platform_gets_a_sentence()
    {
        _checkout.AddTool("uname", "#!/bin/sh\nif [ \"$1\" = -m ]; then echo vax; else echo BSD; fi");
        Assert.That(_checkout.Run(), Is.EqualTo(
            new ProcessResult(2, "", "ppcjit: there is no program for BSD on vax: PpcJit runs on Linux and macOS, on x86-64 and ARM64.\n")));
    }

    [Test]
    public void Another_SDK_gets_a_sentence()
    {
        ProcessResult result = _checkout.Run(("FAKE_SDK", "8.0.100 [/usr/share/dotnet/sdk]"));
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("ppcjit: the .NET 10 SDK is needed to build the program"));
    }

    [Test]
    public void The_folder_that_was_the_program_before_there_was_a_link_gives_way()
    {
        Directory.CreateDirectory(Path.Combine(_checkout.Folder, ".publish", "current"));
        Assert.That(_checkout.Run().Output, Is.EqualTo("first\n"));
    }
}
