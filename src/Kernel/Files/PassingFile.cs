namespace PpcJit.Kernel.Files;

/// <summary>A file among the host's temporary ones that another program reads or writes, and that is gone afterwards.</summary>
public sealed class PassingFile : IDisposable
{
    /// <summary>Creates the file.</summary>
    /// <param name="what">What it is, for an error: "the image for the judge".</param>
    /// <param name="contents">What it holds.</param>
    /// <param name="isProgram">Whether it may be executed.</param>
    /// <exception cref="OutputException">It cannot be written: a full disk, for example.</exception>
    public PassingFile(string what, ReadOnlySpan<byte> contents, bool isProgram = false)
        : this()
    {
        Write(what, contents);
        if (isProgram && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Creates a file that names itself.</summary>
    /// <param name="what">What it is, for an error.</param>
    /// <param name="contents">Gives what it holds, when told where it is.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public PassingFile(string what, Func<string, byte[]> contents)
        : this()
    {
        Write(what, contents(FilePath));
    }

    private PassingFile()
    {
        FilePath = Path.Combine(Path.GetTempPath(), $"ppcjit-{Environment.ProcessId}-{Guid.NewGuid():n}");
    }

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);

    private void Write(string what, ReadOnlySpan<byte> contents) => OutputFile.Write(what + " ", FilePath, contents);
}
