using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>
/// Where lines go: a file, compressed when its name says so, or whoever shows them. What is over the limit is left out,
/// and the last line says so; so it does where a disk is full, in a file of another name.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private const int Chunk = 1 << 16;

    private readonly OutputFile? _file;
    private readonly CompressedLines? _compressed;
    private readonly LineWriter? _writer;
    private readonly Action<string> _notice;
    private readonly Action<ReadOnlySpan<byte>> _show;
    private readonly string _name;
    private readonly ulong _limit;
    private ulong _written;
    private string? _problem;

    /// <summary>Opens the file.</summary>
    /// <param name="path">Its path; null for none.</param>
    /// <param name="limit">Most bytes of lines.</param>
    /// <param name="notice">Told of what a person should know.</param>
    /// <param name="show">Receives the lines where there is no file.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public LogOutput(string? path, ulong limit, Action<string> notice, Action<ReadOnlySpan<byte>> show)
    {
        (_notice, _show, _limit, _name) = (notice, show, limit, path is null ? "--log" : $"--log-file {path}");
        if (path is null)
            return;
        _file = OutputFile.Open("--log-file ", path);
        if (path.EndsWith(".gz", StringComparison.Ordinal))
            _compressed = new CompressedLines(_file);
        _writer = new LineWriter(lines => WriteToFile(lines.Written));
    }

    /// <summary>The line that is being written.</summary>
    public LineBuffer Line { get; private set; } = new();

    /// <summary>Lines so far.</summary>
    public ulong Lines { get; private set; }

    /// <summary>Whether no more can be written: the limit has come, or the disk is full.</summary>
    public bool IsFull { get; private set; }

    private static ReadOnlySpan<byte> NoteOfFault => "# incomplete: the log ends here, as the run did not come to its end\n"u8;

    private static ReadOnlySpan<byte> Note => "# incomplete: the log ends here, as it could not be written any further\n"u8;

    /// <summary>Ends the line.</summary>
    public void EndLine()
    {
        Line.Add("\n"u8);
        Lines++;
        if (Line.Length >= Chunk || _file is null)
            Flush();
    }

    /// <summary>Writes what has been collected.</summary>
    public void Flush()
    {
        if (!IsFull && Line.Length > 0)
            Write();
        Line.Length = 0;
    }

    /// <summary>Makes what was written the file.</summary>
    /// <returns>What went wrong, now or before; null for nothing.</returns>
    public string? Complete()
    {
        Flush();
        EndWriting();
        if (_problem is not null)
            return _problem;
        try
        {
            _compressed?.End();
            _file?.Commit();
        }
        catch (OutputException error)
        {
            Fail(error);
        }

        return _problem;
    }

    /// <summary>Keeps what was written of a run that did not come to its end, so that it can be seen what led there.</summary>
    public void GiveUp()
    {
        Flush();
        EndWriting();
        if (_file is not null && _problem is null)
            _notice($"{_name}: {Left(NoteOfFault)}");
        (IsFull, _problem) = (true, _problem ?? "");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _compressed?.Dispose();
        _file?.Dispose();
    }

    private void Write()
    {
        _written += (ulong)Line.Length;
        IsFull = _written >= _limit;
        Pass();
        if (!IsFull || _problem is not null)
            return;
        Line.Add("# incomplete: the log ends here, at the limit of --log-limit\n"u8);
        Pass();
        string limit = _limit >> 20 > 0 ? $"{_limit >> 20} MB" : $"{_limit} bytes";
        _notice($"{_name}: the log ends at its limit of {limit}; --log-limit SIZE sets another one.");
    }

    /// <summary>Passes on what has been collected. That a file cannot be written may be known only later.</summary>
    private void Pass()
    {
        if (_writer is not null)
        {
            Line = _writer.Take(Line);
            if (_writer.Problem is { } problem && _problem is null)
                Fail(problem);
            return;
        }

        try
        {
            _show(Line.Written);
            Line.Length = 0;
        }
        catch (OutputException error)
        {
            Fail(error);
        }
    }

    /// <summary>Waits until all lines are in the file.</summary>
    private void EndWriting()
    {
        try
        {
            _writer?.Complete();
        }
        catch (OutputException error)
        {
            if (_problem is null)
                Fail(error);
        }
    }

    private void WriteToFile(ReadOnlySpan<byte> lines)
    {
        if (_compressed is not null)
            _compressed.Write(lines);
        else
            _file?.Write(lines);
    }

    /// <summary>Keeps what was written, when no more can be, under a name that says that it is incomplete.</summary>
    private void Fail(OutputException error)
    {
        IsFull = true;
        _problem = $"{error.Message} {Left(Note)}";
        _notice($"{error.Message} The log ends here.");
    }

    /// <summary>Keeps what can be kept, and says in a sentence what that is.</summary>
    private string Left(ReadOnlySpan<byte> note) => _file is null ? "The log is incomplete."
        : _compressed is null ? _file.GiveUp(note) : _file.GiveUp(CompressedLines.Compress(note), _compressed.Wholes);
}
