using Microsoft.Win32.SafeHandles;

namespace PpcJit.Kernel.Files;

/// <summary>Reads files that a person named, and says in one sentence why one cannot be read.</summary>
public static class InputFile
{
    /// <summary>Largest file that is read: room for a kernel with all its debug information.</summary>
    private const int LargestFile = 512 << 20;

    /// <summary>Most that a pipe may bring: as nobody knows how much will come, what came is copied once.</summary>
    private const int LargestPipe = 256 << 20;

    private const int ChunkSize = 1 << 20;

    private static readonly Dictionary<int, ImageBytes> Descriptors = [];

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its path as the person gave it.</param>
    /// <param name="limit">What it may have; null for as much as any file.</param>
    /// <exception cref="InputException">It is missing, empty, unreadable, too large or no file.</exception>
    public static ImageBytes Read(string path, InputLimit? limit = null)
    {
        try
        {
            if (path.Length == 0 || path.Contains('\0') || HostPath.Follow(path, standard: 0) is not { } place)
                return ReadFile(path, limit);
            if (place.Kind == FileKind.Directory)
                throw new InputException($"{path} is a directory, not a file.");
            if (place.Descriptor is { } descriptor && place.Kind is FileKind.Pipe or FileKind.Regular)
                return ReadOnce(path, descriptor, limit);
            if (place.Kind is FileKind.Regular or FileKind.Missing)
                return ReadFile(path, limit);
            string kind = place.Kind switch { FileKind.Pipe => "a pipe", FileKind.Socket => "a socket", _ => "a device" };
            throw new InputException($"{path} is {kind}: an input is a regular file, or - for standard input from a file or a pipe.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path} does not exist.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InputException($"{path} cannot be read: permission denied.", error);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{(path.Length == 0 ? "The empty path" : path)} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static ImageBytes ReadFile(string path, InputLimit? limit)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return new ImageBytes(path, ReadToEnd(path, stream, limit));
    }

    /// <summary>Reads what the shell has opened for us. That can be done once only, and a device tree is looked at twice.</summary>
    private static ImageBytes ReadOnce(string path, int descriptor, InputLimit? limit)
    {
        lock (Descriptors)
        {
            if (Descriptors.TryGetValue(descriptor, out ImageBytes? known))
                return known;
            using FileStream stream = new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);
            return Descriptors[descriptor] = new ImageBytes(path, ReadToEnd(path, stream, limit));
        }
    }

    private static ReadOnlyMemory<byte> ReadToEnd(string path, FileStream stream, InputLimit? limit)
    {
        // Files of the kernel say that they are empty, and are not.
        bool isSized = stream.CanSeek && stream.Length > 0;
        byte[] first = new byte[isSized ? (int)Math.Min(stream.Length + 1, ChunkSize) : ChunkSize];
        int length = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        if (length == 0)
            throw new InputException($"{path} is empty.");
        if (limit is null || limit.Exempts(first.AsMemory(0, length)))
            limit = isSized
                ? new InputLimit(LargestFile, "which is the most that any file may have")
                : new InputLimit(LargestPipe, "which is the most that a pipe may bring");
        if (length > limit.Bytes || (isSized && stream.Length > limit.Bytes))
            throw limit.Exceeded(path);
        return length < first.Length ? first.AsMemory(0, length)
            : isSized ? ReadRest(first, stream, path, limit)
            : Collect(first, stream, path, limit);
    }

    /// <summary>Reads a file whose length is known into an array of that length.</summary>
    private static ReadOnlyMemory<byte> ReadRest(byte[] first, FileStream stream, string path, InputLimit limit)
    {
        byte[] contents = GC.AllocateUninitializedArray<byte>((int)Math.Max(stream.Length, first.Length));
        first.CopyTo(contents, 0);
        int length = first.Length + stream.ReadAtLeast(contents.AsSpan(first.Length), contents.Length - first.Length, throwOnEndOfStream: false);

        // A file that grows while it is read is a log, or hostile.
        return stream.ReadByte() < 0 ? contents.AsMemory(0, length) : throw limit.Exceeded(path);
    }

    /// <summary>Reads pieces of one size, which are put together when there are no more.</summary>
    private static byte[] Collect(byte[] first, FileStream stream, string path, InputLimit limit)
    {
        List<byte[]> pieces = [first];
        long length = first.Length;
        while (true)
        {
            byte[] piece = new byte[ChunkSize];
            int read = stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            length += read;
            if (length > limit.Bytes)
                throw limit.Exceeded(path);
            pieces.Add(piece);
            if (read == piece.Length)
                continue;
            byte[] contents = GC.AllocateUninitializedArray<byte>((int)length);
            for (int n = 0; n < pieces.Count; n++)
                pieces[n].AsSpan(0, (int)Math.Min(ChunkSize, length - ((long)n * ChunkSize))).CopyTo(contents.AsSpan(n * ChunkSize));
            return contents;
        }
    }
}
