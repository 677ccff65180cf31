namespace PpcJit.Kernel.Files;

/// <summary>A file among the host's temporary ones that another program reads or writes, and that is gone afterwards.</summary>
public sealed class PassingFile : IDisposable
{
    /// <summary>Creates the file.</summary>
    /// <param name="what">What it is, for an error: "the image for the judge".</param>
    /// <param name="contents">What it holds.</param>
    /// <exception cref="OutputException">It cannot be written: a full disk, for example.</exception>
    public PassingFile(string what, ReadOnlySpan<byte> contents)
    {
        FilePath = Path.Combine(Path.GetTempPath(), $"ppcjit-{Environment.ProcessId}-{Guid.NewGuid():n}");
        using OutputFile file = OutputFile.Open(what + " ", FilePath);
        file.Write(contents);
        file.Commit();
    }

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);
}
