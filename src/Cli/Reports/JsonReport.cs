using System.Text.Json;
using PpcJit.Cli.Outcomes;
using PpcJit.Jit;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Reports;

/// <summary>The file that receives everything about a run, for programs to read.</summary>
internal sealed class JsonReport : IDisposable
{
    private readonly OutputFile _file;

    /// <summary>Opens the file before the run, so that a wrong path does not cost a run.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public JsonReport(string path) => _file = OutputFile.Open("--json ", path);

    /// <summary>Writes the report.</summary>
    /// <exception cref="OutputException">The file cannot be written: a full disk, for example.</exception>
    public void Write(RunRecord run)
    {
        _file.Write(to => JsonText.Write(to, json => WriteRun(json, run)));
        _file.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void WriteRun(Utf8JsonWriter json, RunRecord run)
    {
        RunResult result = run.Result;
        json.WriteStartObject();
        json.WriteString("version", FaultMessage.Version);
        json.WriteString("board", run.Board.Name);
        json.WriteNumber("memoryBytes", run.Board.Memory.RamSize);
        json.WriteString("image", run.Guest.Description);
        json.WriteString("engine", run.Engine.Name);
        json.WriteString("end", result.End.ToString());
        json.WriteString("stopReason", result.StopReason.ToString());
        json.WriteString("reason", FaultReport.Sentence(run.Board, result));
        if (result.PanicLine is { } panic)
            json.WriteString("panicLine", panic);
        if (result.DebuggerLine is { } prompt)
            json.WriteString("debuggerLine", prompt);
        if (result.HaltLine is { } halt)
            json.WriteString("haltLine", halt);
        if (result.Signal != 0)
            json.WriteNumber("signal", result.Signal);
        json.WriteNumber("exitCode", run.ExitCode);
        json.WriteNumber("instructions", result.Instructions);
        json.WriteNumber("guestSeconds", result.Instructions / (double)run.Board.Events.InstructionsPerSecond);
        json.WriteNumber("hostSeconds", result.HostTime.TotalSeconds);
        json.WriteNumber("mips", result.Mips);
        json.WriteNumber("consoleBytes", result.ConsoleBytes);
        json.WriteNumber("tlbMisses", Statistics.TlbMisses(result));
        json.WriteNumber("interrupts", Statistics.Interrupts(result));
        json.WriteStartObject("exceptions");
        foreach (ExceptionTotal total in result.Exceptions)
            json.WriteNumber(total.Kind.ToString(), total.Count);
        json.WriteEndObject();
        if (run.Engine is JitEngine jit)
        {
            json.WriteStartObject("jit");
            foreach ((string name, long value) in jit.Statistics.Figures)
                json.WriteNumber(name, value);
            json.WriteEndObject();
        }

        WriteStateHashes(json, result);
        WriteInputs(json, result);
        WriteNetwork(json, run.Links);
        json.WriteStartArray("hardware");
        foreach (string report in run.HardwareReports)
            json.WriteStringValue(report);
        json.WriteEndArray();
        WriteProcessor(json, run);
        WriteAnswers(json, run.Answers);
        json.WriteEndObject();
    }

    private static void WriteAnswers(Utf8JsonWriter json, IReadOnlyList<MonitorAnswer> answers)
    {
        if (answers.Count == 0)
            return;
        json.WriteStartArray("monitor");
        foreach (MonitorAnswer answer in answers)
        {
            json.WriteStartObject();
            json.WriteString("command", answer.Command);
            if (answer.Error is { } error)
                json.WriteString("error", error);
            if (answer.Data is { } data)
            {
                json.WritePropertyName("answer");
                JsonSerializer.Serialize(json, data, JsonText.Form);
            }

            json.WriteEndObject();
            JsonText.Pass(json);
        }

        json.WriteEndArray();
    }

    private static void WriteStateHashes(Utf8JsonWriter json, RunResult result)
    {
        json.WriteStartArray("stateHashes");
        foreach (StateHashPoint point in result.StateHashes)
        {
            json.WriteStartObject();
            json.WriteNumber("count", point.Count);
            json.WriteString("hash", point.Hash.ToString("x16"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInputs(Utf8JsonWriter json, RunResult result)
    {
        json.WriteStartArray("inputs");
        foreach (ConsoleInput input in result.Inputs)
        {
            json.WriteStartObject();
            json.WriteNumber("count", input.Count);
            json.WriteNumber("byte", input.Value);
            json.WriteEndObject();
            JsonText.Pass(json);
        }

        json.WriteEndArray();
        if (result.InputsLeftOut > 0)
            json.WriteNumber("inputsLeftOut", result.InputsLeftOut);
    }

    private static void WriteNetwork(Utf8JsonWriter json, IReadOnlyList<NetworkLink> links)
    {
        json.WriteStartArray("network");
        foreach (NetworkLink link in links)
        {
            json.WriteStartObject();
            json.WriteString("interface", link.Port.Name);
            json.WriteString("address", link.Port.Address.ToString());
            json.WriteString("connectedTo", link.Description);
            json.WriteNumber("framesSent", link.Sent);
            json.WriteNumber("framesReceived", link.Received);
            json.WriteNumber("malformedFramesSent", link.Malformed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static unsafe void WriteProcessor(Utf8JsonWriter json, RunRecord run)
    {
        CpuState* state = run.Board.Processor.State;
        json.WriteStartObject("processor");
        WritePlace(json, "pc", state->Pc, run);
        json.WriteString("lr", Hex(state->Lr));
        json.WriteString("msr", Hex(state->Msr));
        json.WriteStartArray("calls");
        foreach (uint call in Backtrace.Walk(run.Board, run.Guest.Symbols))
        {
            json.WriteStartObject();
            WritePlace(json, "pc", call, run);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (run.Result.End == RunEnd.ExceptionLoop)
        {
            json.WriteStartObject("exceptionLoop");
            json.WritePropertyName("first");
            WriteException(json, run.Board.Processor.FirstWithoutProgress, run);
            json.WriteNumber("more", run.Board.Processor.MoreWithoutProgress);
            json.WriteEndObject();
        }

        json.WriteStartArray("lastExceptions");
        foreach (ExceptionRecord record in run.Board.Processor.RecentExceptions)
            WriteException(json, record, run);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, ExceptionRecord record, RunRecord run)
    {
        json.WriteStartObject();
        json.WriteNumber("count", record.Count);
        json.WriteString("kind", record.Kind.ToString());
        WritePlace(json, "pc", record.Pc, run);
        json.WriteString("msr", Hex(record.Msr));
        json.WriteString("esr", Hex(record.Esr));
        json.WriteString("dear", Hex(record.Dear));
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, string name, uint address, RunRecord run)
    {
        json.WriteString(name, Hex(address));
        if (run.Guest.Symbols?.Find(address) is { } symbol)
            json.WriteString("symbol", symbol.ToString());
    }

    private static string Hex(uint value) => $"0x{value:x8}";
}
