using System.Text;
using System.Text.Json;

namespace PpcJit.Kernel.Texts;

/// <summary>How all reports for programs are written: indented, names in camelCase, a line's end at the end.</summary>
public static class JsonText
{
    /// <summary>The form of a report that is made of an object.</summary>
    public static JsonSerializerOptions Form { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>Gives a report that is made of an object.</summary>
    public static string Of<T>(T report) => JsonSerializer.Serialize(report, Form) + "\n";

    /// <summary>Gives a report that is written value by value.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true }))
            write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) + "\n";
    }
}
