using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Host;

namespace PpcJit.Cli.Terminal;

/// <summary>Standard output as a stream that says when nobody reads it any more; .NET's own drops the text in silence.</summary>
public sealed class StandardOutput : WriteOnlyStream
{
    /// <summary>Opens a writer for text, in which controls are escaped; it keeps text back until it is flushed or disposed.</summary>
    public static TextWriter OpenText() => new EscapingWriter(new StreamWriter(new StandardOutput()));

    /// <inheritdoc/>
    /// <exception cref="OutputException">The output is closed or full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer) => DescriptorWriter.Write(LibC.StandardOutput, "Standard output", buffer);
}
