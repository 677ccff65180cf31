using System.Diagnostics;
using System.Globalization;

namespace PpcJit.Kernel.Tests.Networking;

/// <summary>No frame of a guest ends the host.</summary>
internal sealed class FrameFuzzTests
{
    private const int Frames = 50_000;

    [Test]
    public void Frames_that_are_almost_right_do_not_end_the_process([Range(1, 3)] int seed)
    {
        Libslirp.Require();
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "file"), new string('x', 3000));
        string[] arguments =
        [
            typeof(Program).Assembly.Location, "fuzz-frames", seed.ToString(CultureInfo.InvariantCulture),
            Frames.ToString(CultureInfo.InvariantCulture), folder.Path,
        ];
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        string error = child.StandardError.ReadToEnd();
        child.WaitForExit();
        Assert.That((child.ExitCode, error), Is.EqualTo((0, "")), "a signal is 128 and its number");
        Assert.That(output.Result, Does.Match("^survived, [0-9]{4,} answers"));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory().FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
