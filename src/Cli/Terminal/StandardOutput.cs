using System.Runtime.InteropServices;
using PpcJit.Cli.Outcomes;

namespace PpcJit.Cli.Terminal;

/// <summary>Standard output as a stream that says when nobody reads it any more; .NET's own drops the text in silence.</summary>
public sealed unsafe class StandardOutput : Stream
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

    /// <summary>Opens a writer for text; it keeps text back until it is flushed or disposed.</summary>
    public static StreamWriter OpenText() => new(new StandardOutput()) { NewLine = "\n" };

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="OutputException">The output is closed or full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (int done = 0; done < buffer.Length;)
            {
                nint written = LibC.Write(LibC.StandardOutput, start + done, (nuint)(buffer.Length - done));
                if (written >= 0)
                    done += (int)written;
                else
                    Recover(Marshal.GetLastPInvokeError());
            }
        }
    }

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

    private static void Recover(int error)
    {
        if (error == LibC.Interrupted)
            return;
        if (error != LibC.TryAgain)
        {
            throw new OutputException(error == LibC.BrokenPipe
                ? "Standard output was closed before everything was written to it."
                : $"Standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        LibC.WaitFor(LibC.StandardOutput, LibC.PollOut);
    }
}
