using System.Collections;
using System.Runtime.InteropServices;

namespace PpcJit.Bench.Hosting;

/// <summary>Lists of strings as the C library wants them: an array of pointers that ends with null.</summary>
internal static unsafe class NativeStrings
{
    /// <summary>Makes a list, which <see cref="Free"/> gives back.</summary>
    public static byte** Of(IReadOnlyList<string> texts)
    {
        byte** list = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (int n = 0; n < texts.Count; n++)
            list[n] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[n]);
        return list;
    }

    /// <summary>The environment of this process as such a list.</summary>
    /// <param name="settings">What is added or takes the place of what is there, each as <c>NAME=VALUE</c>.</param>
    public static byte** OfEnvironment(params IReadOnlyList<string> settings)
    {
        Dictionary<string, string?> variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value);
        foreach (string setting in settings)
            variables[setting.Split('=')[0]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return Of([.. variables.Select(pair => $"{pair.Key}={pair.Value}")]);
    }

    /// <summary>Gives a list back.</summary>
    public static void Free(byte** list)
    {
        for (int n = 0; list[n] != null; n++)
            Marshal.FreeCoTaskMem((nint)list[n]);
        NativeMemory.Free(list);
    }
}
