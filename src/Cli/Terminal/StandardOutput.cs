using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Host;

namespace PpcJit.Cli.Terminal;

/// <summary>Standard output as a stream that says when nobody reads it any more; .NET's own drops the text in silence.</summary>
public sealed class StandardOutput : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a writer for text, in which controls are escaped; it keeps text back until it is flushed or disposed.</summary>
    public static TextWriter OpenText() => new EscapingWriter(new StreamWriter(new StandardOutput()));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="OutputException">The output is closed or full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer) => DescriptorWriter.Write(LibC.StandardOutput, "Standard output", buffer);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
