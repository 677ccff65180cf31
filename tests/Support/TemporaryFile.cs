namespace PpcJit.Tests.Support;

/// <summary>A file that exists as long as a test runs.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] contents)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        File.WriteAllBytes(Path, contents);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
