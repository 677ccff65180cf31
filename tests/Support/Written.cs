using System.Text;

namespace PpcJit.Tests.Support;

/// <summary>What something writes to a stream, as text.</summary>
internal static class Written
{
    /// <summary>Has it written.</summary>
    public static string By<T>(Action<Stream, T> write, T what)
    {
        using MemoryStream bytes = new();
        write(bytes, what);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
