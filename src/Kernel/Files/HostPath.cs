using System.Globalization;
using PpcJit.Kernel.Host;

namespace PpcJit.Kernel.Files;

/// <summary>
/// Where a path leads that a person gave: links are followed, and names of descriptors of our own (<c>/dev/stdout</c>,
/// <c>/dev/fd/63</c>) are known as such.
/// </summary>
/// <param name="Path">The path at the end of the links.</param>
/// <param name="Kind">What stands there.</param>
/// <param name="Descriptor">The number of an open descriptor of this process; null when the path is none.</param>
/// <param name="Identity">The same text for all names of one file.</param>
public sealed record HostPath(string Path, FileKind Kind, int? Descriptor, string Identity)
{
    /// <summary>Stands for standard input or output.</summary>
    public const string Standard = "-";

    private const int MaxLinks = 40;

    /// <summary>Follows a path.</summary>
    /// <param name="path">The path as it was given.</param>
    /// <param name="standard">The descriptor that <c>-</c> stands for: 0 or 1.</param>
    /// <returns>Null when its folder does not exist, or links lead in a circle.</returns>
    public static HostPath? Follow(string path, int standard)
    {
        if (path == Standard)
            return OfDescriptor(standard);
        string current = path;
        for (int n = 0; n < MaxLinks; n++)
        {
            string name = System.IO.Path.GetFileName(current);
            if (name is "" or "." or "..")
                return LibC.RealPath(current) is { } folder ? new HostPath(folder, FileKind.Directory, null, folder) : null;
            string parent = System.IO.Path.GetDirectoryName(current) is { Length: > 0 } given ? given : ".";
            if (LibC.RealPath(parent) is not { } real)
                return null;
            current = System.IO.Path.Combine(real, name);
            if (DescriptorOf(current) is { } descriptor)
                return OfDescriptor(descriptor);
            (FileKind kind, string identity) = FileStatus.Look(current);
            if (kind is FileKind.Regular or FileKind.Missing && new FileInfo(current).LinkTarget is { } target)
            {
                current = System.IO.Path.Combine(real, target);
                continue;
            }

            return new HostPath(current, kind, null, kind == FileKind.Missing ? current : identity);
        }

        return null;
    }

    private static HostPath OfDescriptor(int descriptor)
    {
        string path = OperatingSystem.IsLinux() ? $"/proc/self/fd/{descriptor}" : $"/dev/fd/{descriptor}";
        (FileKind kind, string identity) = FileStatus.Look(path);
        return new HostPath(path, kind, descriptor, kind == FileKind.Device ? $"descriptor {descriptor}" : identity);
    }

    private static int? DescriptorOf(string path)
    {
        int end = path.LastIndexOf('/');
        string folder = path[..end];
        bool ours = folder == "/dev/fd" || (folder.StartsWith($"/proc/{Environment.ProcessId}/",
            StringComparison.Ordinal) && folder.EndsWith("/fd", StringComparison.Ordinal));
        return ours && int.TryParse(path.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
