using System.Text;
using System.Text.Json;

namespace PpcJit.Kernel.Texts;

/// <summary>How all reports for programs are written: indented, names in camelCase, a line's end at the end.</summary>
public static class JsonText
{
    private const int MaxPending = 1 << 16;

    /// <summary>The form of a report that is made of an object.</summary>
    public static JsonSerializerOptions Form { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>The form in which such reports are read back: nothing is missing, and nothing is null that may not be.</summary>
    public static JsonSerializerOptions StrictForm { get; } =
        new(Form) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Gives a report that is made of an object.</summary>
    public static string Of<T>(T report) => JsonSerializer.Serialize(report, Form) + "\n";

    /// <summary>Gives a report that is written value by value.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        Write(bytes, write);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Writes a report value by value. After each part of a long one, <see cref="Pass"/> keeps it from piling up.</summary>
    public static void Write(Stream to, Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter json = new(to, new JsonWriterOptions { Indented = true }))
            write(json);
        to.WriteByte((byte)'\n');
    }

    /// <summary>Writes a report that is made of an object, part by part, so that its text is never whole in memory.</summary>
    public static void Write<T>(Stream to, T report, JsonSerializerOptions form)
    {
        JsonSerializer.Serialize(to, report, form);
        to.WriteByte((byte)'\n');
    }

    /// <summary>Passes on what has been written, if it is much.</summary>
    public static void Pass(Utf8JsonWriter json)
    {
        if (json.BytesPending > MaxPending)
            json.Flush();
    }
}
