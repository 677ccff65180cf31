using Microsoft.Win32.SafeHandles;

namespace PpcJit.Kernel.Files;

/// <summary>Reads files that a person named, and says in one sentence why one cannot be read.</summary>
public static class InputFile
{
    /// <summary>Largest file that is read: room for a kernel with all its debug information, and an end for files such as /dev/zero.</summary>
    private const int LargestFile = 512 << 20;

    private const int ChunkSize = 1 << 20;

    private static readonly Dictionary<int, ImageBytes> Descriptors = [];

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its path as the person gave it.</param>
    /// <exception cref="InputException">It is missing, empty, unreadable, too large or no file.</exception>
    public static ImageBytes Read(string path)
    {
        try
        {
            if (path.Length == 0 || path.Contains('\0') || HostPath.Follow(path, standard: 0) is not { } place)
                return ReadFile(path);
            if (place.Kind == FileKind.Directory)
                throw new InputException($"{path} is a directory, not a file.");
            if (place.Descriptor is { } descriptor && place.Kind is FileKind.Pipe or FileKind.Regular)
                return ReadOnce(path, descriptor);
            if (place.Kind is FileKind.Regular or FileKind.Missing)
                return ReadFile(path);
            throw new InputException($"{path} is {(place.Kind == FileKind.Pipe ? "a pipe" : "a device")}: an input is a regular file, or - for standard input from a file or a pipe.");
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

    private static ImageBytes ReadFile(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return new ImageBytes(path, ReadToEnd(path, stream));
    }

    /// <summary>Reads what the shell has opened for us. That can be done once only, and a device tree is looked at twice.</summary>
    private static ImageBytes ReadOnce(string path, int descriptor)
    {
        lock (Descriptors)
        {
            if (Descriptors.TryGetValue(descriptor, out ImageBytes? known))
                return known;
            using FileStream stream = new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);
            return Descriptors[descriptor] = new ImageBytes(path, ReadToEnd(path, stream));
        }
    }

    private static ReadOnlyMemory<byte> ReadToEnd(string path, FileStream stream)
    {
        if (stream.CanSeek && stream.Length > LargestFile)
            throw TooLarge(path);
        using MemoryStream contents = new(stream.CanSeek ? (int)stream.Length : 0);
        byte[] chunk = new byte[ChunkSize];
        for (int read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            if (contents.Length + read > LargestFile)
                throw TooLarge(path);
            contents.Write(chunk, 0, read);
        }

        if (contents.Length == 0)
            throw new InputException($"{path} is empty.");
        return contents.GetBuffer().AsMemory(0, (int)contents.Length);
    }

    private static InputException TooLarge(string path) => new($"{path} is larger than the {LargestFile >> 20} MB that any image may have.");
}
