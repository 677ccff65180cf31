using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// States of a run after the place of something that is moved in it. A trial that is in one of them at the same count, and gets the same from
/// outside, goes on as the run does: it has passed, if the run did.
/// </summary>
internal sealed class RunPoints
{
    /// <summary>So many instructions after the last place at which the thing can come.</summary>
    private static readonly ulong[] Distances = [50_000, 500_000, 5_000_000];

    /// <summary>A hash of so many bytes takes as long as an instruction: what is left of the run has to be longer than that.</summary>
    private const uint BytesPerInstruction = 8;

    private readonly List<(ulong Count, State State)> _points = [];

    /// <summary>Runs a machine on, and notes its states.</summary>
    /// <param name="machine">The machine, which goes the run's own way.</param>
    /// <param name="last">The last place at which the thing can come.</param>
    /// <param name="end">Where the run ends.</param>
    public RunPoints(CaseMachine machine, ulong last, ulong end)
    {
        foreach (ulong distance in Distances)
        {
            ulong worth = last + distance + (machine.Board.Memory.RamSize / BytesPerInstruction);
            if (worth > end || machine.Run(last + distance) != CaseEnd.Limit)
                return;
            _points.Add((machine.Count, State.Of(machine)));
        }
    }

    /// <summary>
    /// Whether a run can be compared: what checks have seen, what a disk holds and what waits for a prompt is no part of the states.
    /// </summary>
    public static bool CanCompare(ScenarioCase scenario, CaseMachine machine) => scenario.Checks.Count + scenario.CheckSentences.Count == 0
        && scenario.Injections.Count == 0 && !scenario.HasTlbPressure && machine.Board.Disk is null && !machine.Machine.HasText;

    /// <summary>Runs a trial on.</summary>
    /// <param name="machine">Its machine.</param>
    /// <param name="until">A count.</param>
    /// <returns>How it ended: <see cref="CaseEnd.Marked"/> where it goes on as the run.</returns>
    public CaseEnd Run(CaseMachine machine, ulong until)
    {
        foreach ((ulong count, State state) in _points)
        {
            if (count <= machine.Count || count >= until)
                continue;
            if (machine.Run(count) is var end && end != CaseEnd.Limit)
                return end;
            if (State.Of(machine).Equals(state))
                return CaseEnd.Marked;
        }

        return machine.Run(until);
    }

    /// <summary>All that decides how a machine goes on.</summary>
    private sealed class State
    {
        private readonly ulong _hash;
        private readonly uint _held;
        private readonly string _printed;
        private readonly (InputPlace, ulong)[] _inputs;

        private State(CaseMachine machine)
        {
            _hash = machine.Board.StateHash();
            _held = machine.Board.Processor.HeldInterrupts;
            _printed = machine.Console.Text;
            _inputs = [.. machine.Machine.KeepFuture().Inputs.Select(input => (input.Place, (ulong)input.Content.Length))];
        }

        public static State Of(CaseMachine machine) => new(machine);

        public bool Equals(State other) => (_hash, _held, _printed) == (other._hash, other._held, other._printed)
            && _inputs.AsSpan().SequenceEqual(other._inputs);
    }
}
