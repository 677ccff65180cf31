using System.Globalization;
using System.IO.Compression;
using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Kernel.Runs;

/// <summary>Writes run files.</summary>
internal sealed class RunFileWriter
{
    private readonly OutputFile _file;
    private readonly StringBuilder _text = new();

    private RunFileWriter(OutputFile file) => _file = file;

    /// <summary>Writes a run into an open file; it is the caller's to commit.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Write(RunFile run, OutputFile file)
    {
        RunFileWriter writer = new(file);
        writer.WriteManifest(run);
        writer.WriteInputs(run);
        foreach (StateHashPoint point in run.Milestones)
            writer.Line(RunWords.Milestone, Number(point.Count), $"{point.Hash:x16}");
        foreach (NamedMoment finding in run.Findings)
            writer.Line(RunWords.Finding, finding.Name, Number(finding.At.Count), Number(finding.At.Exceptions), RunIdentity.Escape(finding.Text));
        if (run.Packed.Values.Sum(contents => (long)contents.Length) > RunFileReader.MaxPacked)
            throw new OutputException(
                $"The run's files have more than the {RunFileReader.MaxPacked >> 20} MB that a run file may carry: save it without --with-image.");
        foreach ((string hash, ReadOnlyMemory<byte> contents) in run.Packed)
            writer.WriteFile(hash, contents.Span);
        writer.Line(RunWords.End, Number(run.End.Count), RunWords.NameOf(run.End.Reason),
            run.End.Hash is { } last ? $"{last:x16}" : RunIdentity.Absent);
        writer.Flush();
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? RunIdentity.Absent : Convert.ToHexStringLower(bytes.Span);

    private void WriteManifest(RunFile run)
    {
        Line(RunFileReader.Signature, run.BoardName);
        Line(RunWords.MadeBy, run.MadeBy);
        foreach ((string name, string value) in run.Facts)
            Line(RunWords.Fact, name, value);
        foreach ((string role, string path) in run.Paths)
            Line(RunWords.Path, role, RunIdentity.Escape(path));
        foreach (RunSymbols symbols in run.MoreSymbols)
            Line(RunWords.Symbols, symbols.Hash, symbols.Program ?? RunIdentity.Absent, RunIdentity.Escape(symbols.Path));
        Line(RunWords.Option, RunWords.Prompt, Text(run.Options.Prompt));
        Line(RunWords.Option, RunWords.ExitOn, Text(run.Options.ExitOn));
        Line(RunWords.Option, RunWords.Expected, Text(run.Options.Expected));
        Line(RunWords.Option, RunWords.IgnorePanic, run.Options.IgnorePanic ? RunWords.On : RunIdentity.Absent);
        Line(RunWords.Option, RunWords.MaxInstructions, run.Options.MaxInstructions is { } most ? Number(most) : RunIdentity.Absent);
        foreach ((string name, RecordedPort port) in run.Ports)
            Line(RunWords.Port, name, port.Address.ToString());
    }

    private void WriteInputs(RunFile run)
    {
        foreach (PromptedText text in run.Inputs.Texts)
            Line(RunWords.Text, Number(text.Count), Text(text.Prompt), Text(text.Text));
        foreach (ConsoleInput key in run.Inputs.Keys)
            Line(RunWords.Key, Number(key.Count), $"{key.Value:x2}");
        foreach (ConsoleInput key in run.Inputs.SecondKeys)
            Line(RunWords.SecondKey, Number(key.Count), $"{key.Value:x2}");
        foreach (InjectionAt change in run.Inputs.Injections)
            Line(RunWords.Change, Number(change.At.Count), Number(change.At.Exceptions), InjectionText.Of(change.Change));
        foreach ((string name, RecordedPort port) in run.Ports)
        {
            foreach (RecordedArrival arrival in port.Arrivals)
                Line(RunWords.In, Number(arrival.Count), name, Convert.ToHexStringLower(arrival.Content.Span));
        }
    }

    private void WriteFile(string hash, ReadOnlySpan<byte> contents)
    {
        const int LineBytes = 3 << 12;
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(contents);
        Line(RunWords.File, hash, Number(contents.Length));
        ReadOnlySpan<byte> rest = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        while (!rest.IsEmpty)
        {
            int length = Math.Min(LineBytes, rest.Length);
            Line(RunWords.Data, Convert.ToBase64String(rest[..length]));
            rest = rest[length..];
        }
    }

    private void Line(params ReadOnlySpan<string> words)
    {
        _text.AppendJoin(' ', words).Append('\n');
        if (_text.Length > 1 << 16)
            Flush();
    }

    private void Flush()
    {
        _file.Write(Encoding.ASCII.GetBytes(_text.ToString()));
        _text.Clear();
    }
}
