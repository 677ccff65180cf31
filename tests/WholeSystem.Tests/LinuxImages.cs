namespace PpcJit.WholeSystem.Tests;

/// <summary>Finds the Linux guest that <c>guests/linux/build.sh</c> builds.</summary>
internal static class LinuxImages
{
    /// <summary>The image with the boot wrapper and a compressed kernel.</summary>
    public const string Wrapper = "ref405ep.elf";

    /// <summary>The same kernel in the wrapper for a 405GP board.</summary>
    public const string Walnut = "walnut.elf";

    /// <summary>The image without a wrapper: kernel and device tree where they belong.</summary>
    public const string Direct = "ref405ep-direct.elf";

    /// <summary>The kernel for the boards that Linux knows, as Linux's wrapper makes it for Kilauea.</summary>
    public const string Kilauea = "cuImage.kilauea";

    /// <summary>The same for the OpenBlockS 600.</summary>
    public const string Obs600 = "uImage.obs600";

    /// <summary>The same for Hotfoot.</summary>
    public const string Hotfoot = "cuImage.hotfoot";

    /// <summary>
    /// Path of an image, in the folder that PPCJIT_LINUX_IMAGES names or in <c>guests/linux/out</c>. When it is missing
    /// the test is inconclusive and says how to build it; where nothing may be left out (environment variable CI), it
    /// fails.
    /// </summary>
    public static string Find(string name)
    {
        string folder = Environment.GetEnvironmentVariable("PPCJIT_LINUX_IMAGES") ?? Path.Combine(Root(), "guests", "linux", "out");
        string path = Path.Combine(folder, name);
        if (File.Exists(path))
            return path;
        string lack = $"This test needs {name}: build it with guests/linux/build.sh, or name its folder in PPCJIT_LINUX_IMAGES.";
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail(lack);
        TestContext.Error.WriteLine(lack);
        Assert.Inconclusive(lack);
        return path;
    }

    /// <summary>The folder of the checkout that the tests lie in.</summary>
    public static string Root()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not lie in a checkout of PpcJit.");
    }
}
