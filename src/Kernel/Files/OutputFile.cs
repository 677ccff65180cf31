using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace PpcJit.Kernel.Files;

/// <summary>
/// A file that PpcJit writes. What is written goes into a temporary file beside the target; <see cref="Commit"/> syncs
/// it and renames it, so that the old file stays until the new one is whole. A pipe or a device, and <c>-</c> for
/// standard output, is written straight.
/// </summary>
public sealed partial class OutputFile : IDisposable
{
    /// <summary>What the name of a file ends in, beside the target, that was not written to its end.</summary>
    public const string IncompleteEnding = ".incomplete";

    private const int MaxTries = 100;
    private const int PieceBytes = 1 << 16;

    /// <summary>Where an end of a line is looked for: more than a line has.</summary>
    private const int LongestLine = 1 << 16;

    /// <summary>The temporary files of this process, which must not stay when it is ended in the middle.</summary>
    private static readonly HashSet<string> Unfinished = [];

    private readonly string _name;
    private readonly string _target;
    private readonly string? _temporary;
    private readonly FileStream? _file;
    private readonly SafeFileHandle? _handle;
    private readonly int _descriptor = -1;

    static OutputFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        // Nobody gets the lock again: what other threads still do while the process ends makes no more files.
        Monitor.Enter(Unfinished);
        foreach (string temporary in Unfinished)
            File.Delete(temporary);
    };

    private OutputFile(string name, HostPath place)
    {
        _name = name;
        _target = place.Path;
        if (place.Descriptor is { } descriptor)
        {
            _descriptor = descriptor;
            DescriptorWriter.Write(_descriptor, _name, []);
        }
        else if (place.Kind is not (FileKind.Regular or FileKind.Missing))
        {
            _handle = File.OpenHandle(_target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            _descriptor = (int)_handle.DangerousGetHandle();
        }
        else
        {
            if (place.Kind == FileKind.Regular)
                File.OpenHandle(_target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose(); // One that is protected stays as it is.
            lock (Unfinished)
            {
                _file = CreateBeside(_target, place.Kind == FileKind.Regular);
                _temporary = _file.Name;
                Unfinished.Add(_temporary);
            }
        }
    }

    /// <summary>Opens a file for writing; nothing happens to one that exists.</summary>
    /// <param name="option">The option that names it, with what stands before the path: <c>--json </c>, <c>--net pcap=</c>.</param>
    /// <param name="path">Its path, or <c>-</c> for standard output.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static OutputFile Open(string option, string path)
    {
        string name = option + path;
        if (path.Length == 0)
            throw new OutputException($"{option}needs the name of a file.");
        try
        {
            HostPath place = HostPath.Follow(path, standard: 1)
                ?? throw new OutputException($"{name}: the file cannot be written: its folder does not exist.");
            if (place.Kind == FileKind.Directory)
                throw new OutputException($"{name}: the file cannot be written: it is a directory.");
            return new OutputFile(name, place);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw CannotWrite(name, error);
        }
    }

    /// <summary>
    /// Sees whether a file can be written, ahead of work that would be lost. Nothing happens to it; pipes and devices are not touched.
    /// </summary>
    /// <param name="option">As for <see cref="Open"/>.</param>
    /// <param name="path">As for <see cref="Open"/>.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Check(string option, string path)
    {
        if (path.Length == 0 || HostPath.Follow(path, standard: 1) is not { } place
            || place is { Descriptor: null, Kind: FileKind.Regular or FileKind.Missing or FileKind.Directory })
            Open(option, path).Dispose();
    }

    /// <summary>Writes a whole file at once.</summary>
    /// <exception cref="OutputException">It cannot be written; the old one is still there.</exception>
    public static void Write(string option, string path, string text) => Write(option, path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a whole file at once.</summary>
    /// <exception cref="OutputException">It cannot be written; the old one is still there.</exception>
    public static void Write(string option, string path, ReadOnlySpan<byte> bytes)
    {
        using OutputFile file = Open(option, path);
        file.Write(bytes);
        file.Commit();
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is null)
        {
            DescriptorWriter.Write(_descriptor, _name, bytes);
            return;
        }

        try
        {
            _file.Write(bytes);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw CannotWrite(_name, error);
        }
    }

    /// <summary>Appends what is written to a stream, piece by piece, so that it is never whole in memory.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(Action<Stream> write)
    {
        BufferedStream pieces = new(new Pieces(this), PieceBytes);
        write(pieces);
        pieces.Flush();
    }

    /// <summary>Makes what was written the file: synced, then renamed over the old one.</summary>
    /// <exception cref="OutputException">It cannot be; the old one is still there.</exception>
    public void Commit()
    {
        if (_file is null || _temporary is null)
            return;
        try
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_temporary, _target, overwrite: true);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw CannotWrite(_name, error);
        }
    }

    /// <summary>
    /// Gives up, as no more can be written, but keeps what was: beside the target, which stays as it is, under a name that says so, with a note at
    /// its end. The note goes where something else was, so that a full disk has room for it.
    /// </summary>
    /// <param name="note">The note; empty for a form in which nothing can say that the rest is missing: of that, nothing is kept.</param>
    /// <param name="wholes">
    /// Lengths, rising, to which the file may be cut for the note to be read with it; null for the end of any line.
    /// </param>
    /// <returns>What is left, in a sentence.</returns>
    public string GiveUp(ReadOnlySpan<byte> note, IReadOnlyList<long>? wholes = null)
    {
        if (_file is null || _temporary is null)
            return "It is incomplete.";
        return !note.IsEmpty && KeepIncomplete(_file, _temporary, note, wholes)
            ? $"What was written is in {_target + IncompleteEnding}, whose last line says that it is incomplete."
            : "Nothing of it is left.";
    }

    /// <summary>Closes the file. What was not committed is gone, and the old file is as it was.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        _file?.Dispose();
        if (_temporary is null)
            return;
        File.Delete(_temporary);
        lock (Unfinished)
            Unfinished.Remove(_temporary);
    }

    private bool KeepIncomplete(FileStream file, string temporary, ReadOnlySpan<byte> note, IReadOnlyList<long>? wholes)
    {
        if (file.SafeFileHandle.IsClosed)
            return false;
        try
        {
            long room = Math.Max(0, RandomAccess.GetLength(file.SafeFileHandle) - note.Length);
            long whole = wholes is null ? EndOfLine(file.SafeFileHandle, room) : wholes.LastOrDefault(length => length <= room);
            RandomAccess.Write(file.SafeFileHandle, note, whole);
            RandomAccess.SetLength(file.SafeFileHandle, whole + note.Length);
            file.Dispose();
            File.Move(temporary, _target + IncompleteEnding, overwrite: true);
            return true;
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return false;
        }
    }

    /// <summary>The end of the last line that ends at a length or before it.</summary>
    private static long EndOfLine(SafeFileHandle file, long length)
    {
        byte[] tail = new byte[Math.Min(length, LongestLine)];
        int read = RandomAccess.Read(file, tail, length - tail.Length);
        return length - tail.Length + tail.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns the stream.")]
    private static FileStream CreateBeside(string target, bool keepMode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (keepMode && !OperatingSystem.IsWindows())
            options.UnixCreateMode = File.GetUnixFileMode(target) | UnixFileMode.UserWrite;
        string folder = Path.GetDirectoryName(target) ?? "/";
        for (int n = 0; ; n++)
        {
            string temporary = Path.Combine(folder, $".ppcjit-{Environment.ProcessId}-{n}.tmp");
            try
            {
                return new FileStream(temporary, options);
            }
            catch (IOException) when (n < MaxTries && File.Exists(temporary))
            {
                // Another file that this process writes, or what a process of this number left behind.
            }
        }
    }

    private static bool IsRefusal(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>
    /// .NET says it in its own terms when a file would outgrow what the host allows (EFBIG), and names the temporary file, of which nobody knows.
    /// </summary>
    private static OutputException CannotWrite(string name, Exception error)
    {
        string message = error is ArgumentOutOfRangeException ? "File too large" : error.Message;
        int path = message.IndexOf(" : '", StringComparison.Ordinal);
        message = TemporaryName().Replace(path < 0 ? message : message[..path], name.Split(' ', '=', '/')[^1]);
        return new OutputException($"{name}: the file cannot be written: {message.TrimEnd('.')}.", error);
    }

    [GeneratedRegex(@"\.ppcjit-\d+-\d+\.tmp")]
    private static partial Regex TemporaryName();

    /// <summary>The file as a stream that is written only.</summary>
    private sealed class Pieces(OutputFile file) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);
    }
}
