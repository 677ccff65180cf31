using System.Text.Json;
using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;
using PpcJit.Kernel.Texts;

namespace PpcJit.Compare.Reports;

/// <summary>The report for programs, with every single value.</summary>
internal static class OutcomeJson
{
    /// <summary>Gives the report.</summary>
    public static string Of(Outcome outcome, Environs environs) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("date", environs.Date);
        json.WriteString("machine", environs.Machine);
        json.WriteString("versions", environs.Versions);
        json.WriteNumber("rounds", outcome.Settings.Rounds);
        json.WriteString("core", outcome.Settings.Core);
        WriteMeasures(json, outcome);
        WriteChecksums(json, outcome);
        json.WriteEndObject();
    });

    private static void WriteMeasures(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteStartArray("measures");
        foreach (Measure measure in outcome.Measures)
        {
            json.WriteStartObject();
            json.WriteString("name", measure.Name);
            json.WriteString("title", measure.Title);
            json.WriteString("unit", measure.Unit);
            json.WriteBoolean("moreIsBetter", measure.MoreIsBetter);
            if (measure.InstructionsPerUnit is { } instructions)
                json.WriteNumber("guestInstructionsPerRound", instructions);
            json.WriteStartObject("values");
            foreach (Contender contender in outcome.Settings.Contenders)
            {
                json.WriteStartObject(contender.Name);
                foreach ((int round, double value) in measure.Values(contender.Name))
                    json.WriteNumber(round.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("jitOver");
            foreach (Contender rival in Rows.Rivals(outcome))
            {
                if (measure.Advantage(Contender.Jit, rival.Name) is not { } ratio)
                    continue;
                json.WriteStartObject(rival.Name);
                json.WriteNumber("median", ratio.Median);
                json.WriteNumber("least", ratio.Least);
                json.WriteNumber("most", ratio.Most);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChecksums(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteStartArray("checksums");
        foreach ((string workload, int count, string checksum, IReadOnlyCollection<string> contenders) in outcome.Checksums)
        {
            json.WriteStartObject();
            json.WriteString("workload", workload);
            json.WriteNumber("count", count);
            json.WriteString("checksum", checksum);
            json.WriteString("contenders", string.Join(", ", contenders));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
