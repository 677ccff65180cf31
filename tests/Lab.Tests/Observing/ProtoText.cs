using System.Diagnostics;
using System.Text;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Decodes messages with <c>protoc</c> and the small schemas of <c>tests/Lab.Tests/Observing/Schemas</c>.</summary>
internal static class ProtoText
{
    /// <summary>Gives a message as text; the test is ignored, saying what it lacks, where protoc is not installed.</summary>
    public static string Decode(string schema, string type, byte[] message)
    {
        using TemporaryFile file = new(message);
        string folder = HostTool.RepositoryFile("tests/Lab.Tests/Observing/Schemas");
        (int exitCode, _, _) = HostTool.Run("protoc", "protobuf-compiler", "--version");
        Assert.That(exitCode, Is.Zero);
        ProcessStartInfo start = new("/bin/sh", ["-c",
            $"exec protoc --proto_path={folder} --decode={type} {schema} < {file.Path}"]) { RedirectStandardOutput = true, RedirectStandardError =
            true, StandardOutputEncoding = Encoding.UTF8 };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);

        // What the schema does not know is shown by number.
        Assert.That(text, Does.Not.Match(@"(?m)^\s*\d+[:{ ]"));
        return text;
    }
}
