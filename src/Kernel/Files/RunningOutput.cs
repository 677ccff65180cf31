namespace PpcJit.Kernel.Files;

/// <summary>
/// An output that grows while a guest runs. A failure does not disturb the run: it is told once, nothing more is
/// written, and the old file stays.
/// </summary>
public sealed class RunningOutput : IDisposable
{
    private readonly OutputFile _file;
    private readonly string _what;
    private readonly Action<string> _notice;
    private string? _problem;

    /// <summary>Opens the file.</summary>
    /// <param name="option">As <see cref="OutputFile.Open"/> takes it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="what">What the file is, for the notice: "recording".</param>
    /// <param name="notice">Told once when the file cannot be written any more.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public RunningOutput(string option, string path, string what, Action<string> notice)
    {
        _file = OutputFile.Open(option, path);
        _what = what;
        _notice = notice;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_problem is not null)
            return;
        try
        {
            _file.Write(bytes);
        }
        catch (OutputException error)
        {
            _problem = error.Message;
            _notice($"{error.Message} The {_what} ends here.");
        }
    }

    /// <summary>Makes what was written the file.</summary>
    /// <returns>What went wrong, now or before; null for nothing.</returns>
    public string? Complete()
    {
        try
        {
            if (_problem is null)
                _file.Commit();
            return _problem;
        }
        catch (OutputException error)
        {
            return error.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
