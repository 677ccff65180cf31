namespace PpcJit.Kernel;

/// <summary>Reads files that a person named, and says in one sentence why one cannot be read.</summary>
public static class InputFile
{
    /// <summary>Largest file that is read: room for a kernel with all its debug information, and an end for files such as /dev/zero.</summary>
    private const int LargestFile = 512 << 20;

    private const int ChunkSize = 1 << 20;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Its path as the person gave it.</param>
    /// <exception cref="InputException">It is missing, empty, unreadable, too large or no file.</exception>
    public static ImageBytes Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
                throw new InputException($"{path} is a directory, not a file.");
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return new ImageBytes(path, ReadToEnd(path, stream));
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
