using System.IO.Compression;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>
/// Where lines go: a file, compressed when its name says so, or whoever shows them. What is over the limit is left out,
/// and the last line says so.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private const int Chunk = 1 << 16;

    private readonly RunningOutput? _file;
    private readonly Stream? _compressed;
    private readonly Action<string> _notice;
    private readonly Action<ReadOnlySpan<byte>>? _show;
    private readonly string _name;
    private readonly ulong _limit;
    private ulong _written;

    /// <summary>Opens the file.</summary>
    /// <param name="path">Its path; null for none.</param>
    /// <param name="limit">Most bytes of lines.</param>
    /// <param name="notice">Told of what a person should know.</param>
    /// <param name="show">Receives the lines where there is no file.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public LogOutput(string? path, ulong limit, Action<string> notice, Action<ReadOnlySpan<byte>>? show)
    {
        (_notice, _show, _limit, _name) = (notice, show, limit, path is null ? "--log" : $"--log-file {path}");
        if (path is null)
            return;
        _file = new RunningOutput("--log-file ", path, "log", notice);
        if (path.EndsWith(".gz", StringComparison.Ordinal))
            _compressed = new GZipStream(new FileStreamOf(_file), CompressionLevel.Fastest);
    }

    /// <summary>The line that is being written.</summary>
    public LineBuffer Line { get; } = new();

    /// <summary>Whether the limit has come.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Ends the line.</summary>
    public void EndLine()
    {
        Line.Add("\n"u8);
        if (Line.Length >= Chunk || _file is null)
            Flush();
    }

    /// <summary>Writes what has been collected.</summary>
    public void Flush()
    {
        if (!IsFull && Line.Length > 0)
            Write(Line.Written);
        Line.Length = 0;
    }

    /// <summary>Makes what was written the file.</summary>
    /// <returns>What went wrong, now or before; null for nothing.</returns>
    public string? Complete()
    {
        Flush();
        _compressed?.Dispose();
        return _file?.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressed?.Dispose();
        _file?.Dispose();
    }

    private void Write(ReadOnlySpan<byte> lines)
    {
        _written += (ulong)lines.Length;
        Pass(lines);
        if (_written < _limit)
            return;
        IsFull = true;
        Pass("# incomplete: the log ends here, at the limit of --log-limit\n"u8);
        string limit = _limit >> 20 > 0 ? $"{_limit >> 20} MB" : $"{_limit} bytes";
        _notice($"{_name}: the log ends at its limit of {limit}; --log-limit SIZE sets another one.");
    }

    private void Pass(ReadOnlySpan<byte> lines)
    {
        if (_compressed is not null)
            _compressed.Write(lines);
        else if (_file is not null)
            _file.Write(lines);
        else
            _show?.Invoke(lines);
    }

    /// <summary>The file for those who write streams.</summary>
    private sealed class FileStreamOf(RunningOutput file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => file.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);
    }
}
