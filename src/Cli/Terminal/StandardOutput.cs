using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Host;

namespace PpcJit.Cli.Terminal;

/// <summary>
/// Standard output as a stream that says when nobody reads it any more; .NET's own drops the text in silence. Where a report has standard output for
/// itself, standard error takes its place.
/// </summary>
/// <param name="isTaken">Whether a report has it.</param>
public sealed class StandardOutput(bool isTaken = false) : WriteOnlyStream
{
    /// <summary>Opens a writer for text, in which controls are escaped; it keeps text back until it is flushed or disposed.</summary>
    public static TextWriter OpenText() => new EscapingWriter(new StreamWriter(new StandardOutput()));

    /// <inheritdoc/>
    /// <exception cref="OutputException">The output is closed or full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer) => DescriptorWriter.Write(
        isTaken ? LibC.StandardError : LibC.StandardOutput, isTaken ? "Standard error" : "Standard output", buffer);
}
