using System.Text.Json;
using PpcJit.Bench.Reports;
using PpcJit.Kernel.Texts;

namespace PpcJit.Scaling.Reports;

/// <summary>The report for programs, with every single value.</summary>
internal static class SweepsJson
{
    /// <summary>Gives the report.</summary>
    public static string Of(IEnumerable<Sweep> sweeps, Environs environs, string cores) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("date", environs.Date);
        json.WriteString("machine", environs.Machine);
        json.WriteString("versions", environs.Versions);
        json.WriteString("cores", cores);
        json.WriteStartArray("sweeps");
        foreach (Sweep sweep in sweeps)
            WriteSweep(json, sweep);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteSweep(Utf8JsonWriter json, Sweep sweep)
    {
        json.WriteStartObject();
        json.WriteString("name", sweep.Name);
        json.WriteString("title", sweep.Title);
        json.WriteString("size", sweep.XTitle);
        json.WriteString("unit", sweep.YTitle);
        json.WriteBoolean("moreIsBetter", !sweep.Costs);
        json.WriteStartArray("curves");
        foreach (Curve curve in sweep.Curves.Concat(sweep.Notes))
        {
            json.WriteStartObject();
            json.WriteString("name", curve.Name);
            json.WriteString("title", curve.Title);
            json.WriteStartArray("points");
            foreach ((double x, List<double> values) in curve.Values)
            {
                json.WriteStartObject();
                json.WriteNumber("size", x);
                json.WriteStartArray("values");
                values.ForEach(json.WriteNumberValue);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteKnees(json, sweep, curve);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteKnees(Utf8JsonWriter json, Sweep sweep, Curve curve)
    {
        if (sweep.Notes.Contains(curve))
            return;
        json.WriteStartArray("knees");
        foreach (Knee knee in Knee.Find(curve, sweep.Costs))
        {
            json.WriteStartObject();
            json.WriteNumber("from", knee.From);
            json.WriteNumber("to", knee.To);
            json.WriteNumber("timesWorse", knee.Factor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
