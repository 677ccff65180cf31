namespace PpcJit.Kernel.Guests;

/// <summary>Finds the Linux guest that <c>guests/linux/build.sh</c> builds.</summary>
public static class LinuxGuest
{
    private const string BuildScript = "guests/linux/build.sh";

    private const string OwnSymbols = "System.map";
    private const string BoardSymbols = "System.map-boards";

    /// <summary>Environment variable that names another folder with the images.</summary>
    private const string FolderVariable = "PPCJIT_LINUX_IMAGES";

    /// <summary>The images by name, each with the file that has its kernel's symbols.</summary>
    private static readonly Dictionary<string, (string File, string Symbols)> Images = new()
    {
        ["linux"] = ("ref405ep.elf", OwnSymbols),
        ["linux-direct"] = ("ref405ep-direct.elf", OwnSymbols),
        ["linux-walnut"] = ("walnut.elf", OwnSymbols),
        ["linux-kilauea"] = ("cuImage.kilauea", BoardSymbols),
        ["linux-obs600"] = ("uImage.obs600", BoardSymbols),
        ["linux-hotfoot"] = ("cuImage.hotfoot", BoardSymbols),
    };

    /// <summary>The names of the images.</summary>
    public static IEnumerable<string> Names => Images.Keys;

    /// <summary>Finds the image that a person named.</summary>
    /// <param name="image">The name or path of an image.</param>
    /// <returns>
    /// Paths of the image and of the file with its symbols, which may be missing; null when the Linux guest is not
    /// meant.
    /// </returns>
    /// <exception cref="InputException">The Linux guest is wanted and has not been built.</exception>
    public static (string ImagePath, string? SymbolsPath)? Find(string image)
    {
        if (!Images.TryGetValue(image, out (string File, string Symbols) found))
            return null;
        string folder = Folder();
        string kernel = Path.Combine(folder, found.File);
        if (!File.Exists(kernel))
            throw new InputException(
                $"The Linux guest has not been built: {kernel} does not exist. Build it with {BuildScript} (Debian, about five minutes).");
        string symbols = Path.Combine(folder, found.Symbols);
        return (kernel, File.Exists(symbols) ? symbols : null);
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            return named;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, BuildScript)))
                return Path.Combine(folder.FullName, "guests", "linux", "out");
        }

        throw new InputException(
            $"The Linux guest cannot be found: no folder above {AppContext.BaseDirectory} has {BuildScript}. {FolderVariable} can "
            + "name the folder with its images, or IMAGE be the path of one.");
    }
}
