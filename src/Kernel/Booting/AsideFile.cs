namespace PpcJit.Kernel.Booting;

/// <summary>Where goes what a guest's flash or disk holds when its own file is no longer what it was.</summary>
internal static class AsideFile
{
    private const int Most = 100;

    /// <summary>Gives a name beside a file that nothing has.</summary>
    /// <param name="option">The option that names the file, with what stands before the path.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="OutputException">There are many files already from such times.</exception>
    public static string Choose(string option, string path)
    {
        for (int n = 1; n < Most; n++)
        {
            string aside = $"{path}.guest-{n}";
            if (!Path.Exists(aside))
                return aside;
        }

        throw new OutputException($"{option}{path}: another program has changed the file since it was read, and there are "
            + $"{Most} files beside it from such times.");
    }
}
