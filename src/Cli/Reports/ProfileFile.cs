using PpcJit.Jit.Profiles;
using PpcJit.Kernel;

namespace PpcJit.Cli.Reports;

/// <summary>The file in which the jit's profile is kept from run to run.</summary>
internal sealed class ProfileFile
{
    private readonly string _path;

    private ProfileFile(string path, JitProfile profile) => (_path, Profile) = (path, profile);

    /// <summary>What it held, and what the run adds.</summary>
    public JitProfile Profile { get; }

    /// <summary>Reads a profile; one that does not exist yet is empty.</summary>
    /// <exception cref="InputException">The file is something else, cannot be read, or could not be written later.</exception>
    public static ProfileFile Open(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                using StreamReader reader = new(path);
                return new ProfileFile(path, JitProfile.Read(reader));
            }

            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
                throw new InputException($"--jit-profile {path}: the folder {folder} does not exist.");
            return new ProfileFile(path, new JitProfile());
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

    /// <summary>Writes the profile beside the file and renames it, so that the old one is lost only for a whole new one.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Save()
    {
        string next = $"{_path}.{Environment.ProcessId}";
        try
        {
            try
            {
                using (StreamWriter writer = new(next))
                    Profile.Write(writer);
                File.Move(next, _path, overwrite: true);
            }
            finally
            {
                File.Delete(next);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--jit-profile {_path} cannot be written: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
