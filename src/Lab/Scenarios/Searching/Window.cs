using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Tells at which boundaries of a window an injection is to be tried.</summary>
internal sealed unsafe class Window
{
    private readonly CaseMachine _machine;
    private readonly Injection[] _all;
    private readonly CoveredName[] _within;
    private readonly int[] _places;
    private uint? _waitsAt;

    /// <summary>Looks the functions up.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="search">The search.</param>
    /// <param name="key">How the file's key is called under which the functions stand.</param>
    public Window(CaseMachine machine, Search search, string key)
    {
        _machine = machine;
        _all = [.. search.All];
        _within = [.. search.Within.Select(function => machine.View.Symbols.Cover(key, function))];
        _places = new int[_within.Length];
    }

    /// <summary>The functions, and at how many places in each the injection could be tried.</summary>
    public IEnumerable<WithinReport> Covered => _within.Select((function, n) => new WithinReport(function, _places[n]));

    /// <summary>Forgets where the processor waited: the window begins anew.</summary>
    public void Restart() => _waitsAt = null;

    /// <summary>
    /// Looks whether the injection is to be tried at the present boundary. All boundaries at which the processor waits in one place are one.
    /// </summary>
    public Attempt Look()
    {
        CpuState* state = _machine.Board.Processor.State;
        uint pc = state->Pc;
        bool waits = (state->Msr & Msr.We) != 0;
        bool waitsStill = waits && _waitsAt == pc;
        _waitsAt = waits ? pc : null;
        if (waitsStill || !IsWithin(pc, out int function))
            return new Attempt(false);
        Attempt chance = Chance();
        if (function >= 0 && chance.IsToBeTried)
            _places[function]++;
        return chance;
    }

    /// <summary>Looks whether the injection is possible at the present boundary, wherever that is.</summary>
    public Attempt Chance()
    {
        Attempt chance = Attempt.Done;
        foreach (Injection what in _all)
        {
            Attempt one = IsPossible(what);
            if (!one.IsToBeTried)
                return one;
            chance = chance.IsDone ? one : chance;
        }

        return chance;
    }

    private Attempt IsPossible(Injection what)
    {
        Attempt chance = _machine.Injector.IsPossible(what.Action);
        if (what.When is not { } condition || !chance.IsToBeTried)
            return chance;
        return condition.Holds(_machine.View) switch
        {
            true => chance,
            false => new Attempt(false),
            null => Attempt.Nothing("the condition has no value"),
        };
    }

    private bool IsWithin(uint pc, out int function)
    {
        for (function = 0; function < _within.Length; function++)
        {
            if (pc - _within[function].First < _within[function].Size)
                return true;
        }

        function = -1;
        return _within.Length == 0;
    }
}
