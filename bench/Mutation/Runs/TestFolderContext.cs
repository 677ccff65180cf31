using System.Reflection;
using System.Runtime.Loader;

namespace PpcJit.Mutation.Runs;

/// <summary>
/// Loads tests and what they test from their own folder; the test framework is the one that this program has itself.
/// </summary>
internal sealed class TestFolderContext(string folder) : AssemblyLoadContext("tests")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(folder, assemblyName.Name + ".dll");
        return assemblyName.Name != "nunit.framework" && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
