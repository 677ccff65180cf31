using System.Text;
using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>
/// Observes the run of a case, without its searches: what it logs and prints, of which the last lines are kept, and
/// what it reaches.
/// </summary>
internal sealed class CaseLook : IDisposable
{
    /// <summary>Lines that a report has: what stands around a finding, or the end of the run.</summary>
    private const int MaxLines = 400;

    private readonly Queue<string> _lines = new();
    private readonly Observation? _observation;

    /// <summary>Begins to observe a machine that stands at its first instruction.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="scenario">The case.</param>
    /// <param name="takesCoverage">Whether what it reaches is noted.</param>
    /// <exception cref="InputException">The image lacks a symbol.</exception>
    public CaseLook(CaseMachine machine, ScenarioCase scenario, bool takesCoverage)
    {
        ObservationRequest request = new()
        {
            Log = scenario.Log.Count == 0 ? null : new LogRequest(scenario.Log) { Limit = ulong.MaxValue },
            Prints = [.. scenario.Prints.Select(text => text.Value)],
            TakesCoverage = takesCoverage,
        };
        if (request.IsEmpty)
            return;
        DebugNames names = new(machine.Board, machine.Guest.AllSymbols) { Kernel = machine.View.Guest };
        foreach (Located<string> text in scenario.Prints)
        {
            if (DebugGrammar.ParsePrint(text.Value, names).Error is { } error)
                throw text.Location.Error(error.ToString());
        }

        _observation = new Observation(machine.Machine, names, request, new ObservationSurroundings(_ => { }, Keep) { Title = scenario.Image.Value });
    }

    /// <summary>The last lines.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>What was reached; null when that is not noted.</summary>
    public CoverageReport? Coverage => _observation?.Coverage;

    /// <summary>Ends with the run.</summary>
    public void Complete() => _observation?.Complete();

    /// <inheritdoc/>
    public void Dispose() => _observation?.Dispose();

    private void Keep(ReadOnlySpan<byte> line)
    {
        if (_lines.Count == MaxLines)
            _lines.Dequeue();
        _lines.Enqueue(Encoding.UTF8.GetString(line).TrimEnd('\n'));
    }
}
