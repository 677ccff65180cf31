using System.IO.Compression;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>
/// Compresses lines into a file as gzip has them (RFC 1952): members one after the other, so that the file can be cut
/// between two of them and still be read.
/// </summary>
/// <param name="file">The file, which is somebody else's.</param>
internal sealed class CompressedLines(OutputFile file) : IDisposable
{
    /// <summary>Bytes of lines in a member: so many that next to nothing is lost by beginning anew, and little where the file is cut.</summary>
    private const int MemberLength = 1 << 20;

    private readonly CountedFile _file = new(file);
    private readonly List<long> _wholes = [0];
    private GZipStream? _member;
    private int _length;

    /// <summary>Lengths of the file, rising, at which a member ends.</summary>
    public IReadOnlyList<long> Wholes => _wholes;

    /// <summary>Gives a member of its own.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        using MemoryStream bytes = new();
        using (GZipStream member = new(bytes, CompressionLevel.Fastest))
            member.Write(lines);
        return bytes.ToArray();
    }

    /// <summary>Appends lines.</summary>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> lines)
    {
        _member ??= new GZipStream(_file, CompressionLevel.Fastest);
        _member.Write(lines);
        _length += lines.Length;
        if (_length >= MemberLength)
            End();
    }

    /// <summary>Ends the member, also when it is empty.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void End()
    {
        if (_member is null && _wholes.Count > 1)
            return;
        _member ??= new GZipStream(_file, CompressionLevel.Fastest);
        _member.Dispose();
        _member = null;
        _length = 0;
        _wholes.Add(_file.Written);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.IsClosed = true;
        _member?.Dispose();
    }

    /// <summary>The file for those who write streams; what is written when it is closed is dropped.</summary>
    private sealed class CountedFile(OutputFile file) : WriteOnlyStream
    {
        public long Written { get; private set; }

        public bool IsClosed { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsClosed)
                return;
            file.Write(buffer);
            Written += buffer.Length;
        }
    }
}
