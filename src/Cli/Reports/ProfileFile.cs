using PpcJit.Jit.Profiles;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Cli.Reports;

/// <summary>The file in which the jit's profile is kept from run to run.</summary>
internal sealed class ProfileFile
{
    private readonly string _path;

    private ProfileFile(string path, JitProfile profile) => (_path, Profile) = (path, profile);

    /// <summary>Where it is.</summary>
    public string Path => _path;

    /// <summary>What it held, and what the run adds.</summary>
    public JitProfile Profile { get; }

    private static readonly InputLimit Limit = new(64 << 20, "which is far more than a profile has");

    /// <summary>Reads a profile; one that does not exist yet is empty.</summary>
    /// <exception cref="InputException">The file is something else, or cannot be read.</exception>
    /// <exception cref="OutputException">It could not be written after the run.</exception>
    public static ProfileFile Open(string path)
    {
        HostPath? place = HostPath.Follow(path, standard: 0);
        if (path.Length == 0 || place is null)
            throw new InputException($"--jit-profile {path}: the folder of the file does not exist.");
        if (place.Descriptor is not null || place.Kind is not (FileKind.Regular or FileKind.Missing))
            throw new InputException($"--jit-profile {path} is no regular file: a profile is read, and then written anew.");
        OutputFile.Open("--jit-profile ", path).Dispose();
        try
        {
            if (place.Kind == FileKind.Missing || new FileInfo(place.Path).Length == 0)
                return new ProfileFile(path, new JitProfile());
            return new ProfileFile(path, JitProfile.Read(new StreamReader(InputFile.Read(path, Limit).Open())));
        }
        catch (FormatException error)
        {
            throw new InputException($"--jit-profile {path} is no profile: {error.Message}. Delete it, and the next run writes a new one.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"--jit-profile {path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Writes the profile.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Save()
    {
        using StringWriter text = new();
        Profile.Write(text);
        OutputFile.Write("--jit-profile ", _path, text.ToString());
    }
}
