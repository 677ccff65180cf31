using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>
/// Explains how a guest came to die, from its death alone, or how it came to what a check found: it follows the wrong value back (the PC, the
/// address that faulted, what a branch asked), and recognises on the way what is known to go wrong with exceptions, stacks and pages. It needs
/// nothing to be known of the kernel. Looking changes nothing; the machine stands where it stood.
/// </summary>
/// <param name="timeline">The run.</param>
/// <param name="names">What names mean in it.</param>
/// <param name="options">How far each chain goes.</param>
/// <param name="cancel">Gives up; what was found so far is the explanation, and says so.</param>
public sealed class DeathExplainer(Timeline timeline, DebugNames names, SliceOptions options, CancellationToken cancel = default)
{
    private const string NotBack = "and the kernel does not come back from that.";

    /// <summary>Handlers that are named of those that run, one interrupted by the other.</summary>
    private const int MaxHandlers = 2;

    private static readonly string[] PanicFunctions = ["panic", "vpanic", "die"];

    private readonly ExplainedRun _run = new(timeline, names, cancel);
    private readonly DynamicSlice _slice = new(timeline, names, options, cancel);
    private readonly List<Statement> _statements = [];
    private readonly List<CausalLink> _chains = [];

    /// <summary>Explains a death.</summary>
    /// <param name="death">The death.</param>
    /// <param name="proves">Whether what came from outside is tried.</param>
    public Explanation Explain(Death death, bool proves = true)
    {
        ArgumentNullException.ThrowIfNull(death);
        Moment here = timeline.Present;
        timeline.GoTo(death.At);
        if (Fatal(death) is { } fault)
        {
            ExplainFault(fault);
            FollowStack(fault.At);
            SayInterrupt(fault);
            if (death.End == RunEnd.ExceptionLoop)
                ExplainVector(fault);
        }
        else
            ExplainWithoutFault(death);
        return Conclude(death.Sentence, death.At, here, proves);
    }

    /// <summary>Explains what a check found.</summary>
    /// <param name="symptom">What it found.</param>
    /// <param name="proves">Whether what came from outside is tried.</param>
    public Explanation Explain(Symptom symptom, bool proves)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        Moment here = timeline.Present;
        timeline.GoTo(symptom.At);
        string instruction = _run.Instruction(_run.Pc) is { } text ? $"'{text}'" : "what cannot be fetched";
        _statements.Add(_run.Say(StatementKind.Found, symptom.At, _run.Pc, $"{symptom.Check} is found here, ahead of {instruction}.") with
        {
            Task = names.Kernel?.RunningLabel,
        });
        SayHandlers(symptom.At);
        if (symptom.Wrong.IsAddress)
            FollowAddress(symptom.At, symptom.Pc);
        Follow(symptom.Wrong.Places, symptom.At);
        return Conclude(symptom.Sentence, symptom.At, here, proves);
    }

    /// <summary>Applies the rules to what was followed, tries what came from outside, and goes back to where the machine stood.</summary>
    private Explanation Conclude(string sentence, Moment at, Moment here, bool proves)
    {
        ApplyRules();
        Statement[] ordered = [.. _statements.DistinctBy(statement => (statement.Kind, statement.At, statement.Text))
            .OrderByDescending(statement => statement.At).ThenBy(statement => statement.Kind)];
        CauseProver prover = new(_run, at);
        IReadOnlyList<TriedCause> causes = proves ? prover.Try(ordered, _chains) : [];
        timeline.ForgetProbes();
        timeline.GoTo(here);
        List<string> cut = [];
        if (_slice.IsCutOff)
            cut.Add($"Chains have more than {options.MaxLinks} links, or links deeper than {options.MaxDepth}: those were not followed.");
        if (cancel.IsCancellationRequested)
            cut.Add("The time was up before all was looked at.");
        if (timeline.Lack is { } lack)
            cut.Add(lack);
        return new Explanation(sentence, at, ordered, _chains, causes, [.. cut, .. prover.CutOff]);
    }

    /// <summary>Says in which handler something was found; where that is a fault's, also in which handler the fault came.</summary>
    private void SayHandlers(Moment at)
    {
        timeline.GoTo(at);
        foreach (OpenException open in OpenException.Now(timeline, cancel).Reverse().Take(MaxHandlers))
        {
            if (open.Kind.IsInterrupt())
            {
                _statements.Add(InterruptRule.Say(_run, open.Kind, open.At, open.Pc));
                break;
            }

            _statements.Add(Taken(open));
        }
    }

    private Statement Taken(OpenException open)
    {
        timeline.GoTo(open.At);
        string about = open.Kind.SetsDear() ? $" with address 0x{open.Dear:x8}" : "";
        string text = $"{open.Kind} was taken at '{_run.Instruction(open.Pc) ?? "?"}'{about}: its handler runs.";
        return _run.Say(StatementKind.Remark, open.At, open.Pc, text) with { Exception = open.Kind, Task = names.Kernel?.RunningLabel };
    }

    /// <summary>The exception from which the guest did not come back.</summary>
    private OpenException? Fatal(Death death)
    {
        if (death.End == RunEnd.ExceptionLoop)
        {
            // All of them come at one count, ahead of which the run is now.
            timeline.FindNext(new ExceptionProbe(Kind: null), death.At.Count + 1, cancel);
            return timeline.Machine.Board.Processor.RecentExceptions is [.., var first] && first.Count == death.At.Count
                ? new OpenException(new Moment(first.Count), first.Kind, first.Pc, first.Msr, first.Dear, 0) : null;
        }

        if (death.End == RunEnd.FaultCycle)
        {
            ExceptionRecord last = timeline.Machine.Board.Processor.RecentExceptions
                .LastOrDefault(record => !record.Kind.IsInterrupt());
            return last.Count > 0 ? new OpenException(new Moment(last.Count), last.Kind, last.Pc, last.Msr, last.Dear, 0) : null;
        }

        return death.End is RunEnd.Panic or RunEnd.DebuggerPrompt
            ? OpenException.Now(timeline, cancel).LastOrDefault(open => open.IsFault && open.IsInKernel) : null;
    }

    private void ExplainFault(OpenException fault)
    {
        timeline.GoTo(fault.At);
        string instruction = _run.Instruction(fault.Pc) is { } text ? $"'{text}'" : "an instruction that cannot be read";
        string at = names.Describe(fault.Pc);
        switch (fault.Kind)
        {
            case var kind when kind.SetsDear():
                Say(StatementKind.Fault, fault, $"{fault.Kind}: {instruction} accesses 0x{fault.Dear:x8}, {NotBack}");
                FollowAddress(fault.At, fault.Pc);
                break;
            case ExceptionKind.InstructionTlbMiss or ExceptionKind.InstructionStorage:
                uint pid = RegisterNames.Read(_run.Board.Processor, "pid");
                Say(StatementKind.Fault, fault, $"{fault.Kind}: no instruction can be fetched from {at} with PID {pid}, {NotBack}");
                FollowPc(fault);
                break;
            case ExceptionKind.Program when TryDecode(fault.Pc, out uint word, out InstructionRow? row):
                Say(StatementKind.Fault, fault, $"{fault.Kind}: {instruction} traps, {NotBack}");
                Follow(Registers(row.GprsRead(word)), fault.At);
                if (_slice.FollowControl() is { } decided)
                    _chains.Add(decided);
                break;
            default:
                Say(StatementKind.Fault, fault, $"{fault.Kind}: {instruction} is none that can be executed, {NotBack}");
                FollowPc(fault);
                FollowCode(fault);
                break;
        }
    }

    /// <summary>Follows the stack pointer, where it is outside the stack of what runs.</summary>
    private void FollowStack(Moment at)
    {
        StackRule rule = new(_run);
        if (!rule.IsOutside(at))
            return;
        Follow([StackRule.Place], at);
        if (rule.Look(_chains[^1]) is { } left)
            _statements.Add(left);
    }

    /// <summary>Says in the handler of which interrupt the fault came.</summary>
    private void SayInterrupt(OpenException fault)
    {
        timeline.GoTo(fault.At);
        if (OpenException.Now(timeline, cancel).LastOrDefault(one => one.Kind.IsInterrupt() && one.IsInKernel) is { } interrupt)
            _statements.Add(InterruptRule.Say(_run, interrupt.Kind, interrupt.At, interrupt.Pc));
    }

    /// <summary>Says what stands where an exception's handler should, and follows why it is looked for there.</summary>
    private void ExplainVector(OpenException fault)
    {
        timeline.GoTo(fault.At with { Exceptions = 1 });
        uint vector = RegisterNames.Read(_run.Board.Processor, "pc");
        string there = _run.Instruction(vector) is { } instruction ? $"'{instruction}' stands there" : "nothing can be fetched from there";
        _statements.Add(_run.Say(StatementKind.Remark, fault.At, vector, $"the handler of {fault.Kind} is looked for at 0x{vector:x8}: {there}, "
            + "and it faults again before one instruction completes."));
        Follow([ValuePlace.Of("evpr")], fault.At);
    }

    /// <summary>Follows why the guest was where nothing could be executed; where that is code of its own, why the code was not there.</summary>
    private void FollowPc(OpenException fault)
    {
        bool isCode = names.Symbols.Any(table => table.Find(fault.Pc) is not null);
        Follow([ValuePlace.Of("pc"), .. isCode ? [ValuePlace.Of("pid"), ValuePlace.Of("msr")] : (ValuePlace[])[]], fault.At);
        if (isCode && (fault.Msr & Msr.Ir) != 0 && TlbReplacement.FindLast(_run, fault.Pc, fault.At) is { } replaced)
            _statements.Add(replaced.Say(_run));
    }

    /// <summary>Follows what overwrote the code that was to be executed.</summary>
    private void FollowCode(OpenException fault)
    {
        timeline.GoTo(fault.At);
        if (!GuestMemory.TryTranslate(_run.Board, fault.Pc, AccessKind.Fetch, out uint physical, out _))
            return;
        CausalLink code = _slice.Follow(ValuePlace.Memory(physical, sizeof(uint)));
        if (code.At is { } stored)
            Say(StatementKind.Overwritten, stored, code.Pc, $"this stored 0x{code.Value ?? 0:x8} where code was to be executed.");
        else if (code.Value is null)
            Say(StatementKind.NeverWritten, fault, $"no memory is at physical 0x{physical:x8}.");
        else if (code.End == LinkEnd.Beginning)
            Say(StatementKind.NeverWritten, fault, "nothing has been stored there since reset: there is no code.");
        _chains.Add(code);
    }

    private void FollowAddress(Moment at, uint pc)
    {
        timeline.GoTo(at);
        if (TryDecode(pc, out uint word, out InstructionRow? row))
            Follow(Registers(row.GprsOfAddress(word)), at);
    }

    private void ExplainWithoutFault(Death death)
    {
        switch (death.End)
        {
            case RunEnd.WaitsForever:
                Follow([ValuePlace.Of("msr")], death.At);
                FollowDecision(new Moment(Math.Max(death.At.Count, 1) - 1));
                break;
            case RunEnd.WatchdogReset:
                ExplainHang(death.At);
                break;
            default:
                FollowDecision(Panicked(death.At) ?? death.At);
                break;
        }
    }

    /// <summary>Explains why a guest did not go on.</summary>
    private void ExplainHang(Moment end)
    {
        Moment last = new(Math.Max(end.Count, 1) - 1);
        List<(ValuePlace Place, Moment At)> asked = [];
        _statements.AddRange(new LoopRule(_run).Look(last, asked));
        if (_run.Finder.Find(ValuePlace.Of("tsr"), last) is { Trace: not null, Event: var served })
            Say(StatementKind.Remark, served.At, served.Pc, "TSR was written here for the last time, by which a watchdog is served.");
        if (_run.Finder.Find(ValuePlace.Of("tcr"), last) is { Trace: not null, Event: var began })
            Say(StatementKind.Remark, began.At, began.Pc, "TCR was written here for the last time, by which a watchdog is begun.");
        foreach ((ValuePlace place, Moment at) in asked)
            Follow([place], at);
        FollowDecision(last);
    }

    /// <summary>Follows the branch by which the guest came to a moment.</summary>
    private void FollowDecision(Moment moment)
    {
        timeline.GoTo(moment);
        if (_slice.FollowControl() is not { At: { } at } decided)
            return;
        _chains.Add(decided);
        _statements.Add(_run.Say(StatementKind.Branch, at, decided.Pc, decided.Exception is { } kind
            ? $"{kind} led here." : $"'{ExplainedRun.Text(decided.Word, decided.Pc)}' went the way that led here."));
    }

    /// <summary>The moment at which the kernel last called the function with which it gives up; null where it has none with a known name.</summary>
    private Moment? Panicked(Moment death)
    {
        ExecProbe[] probes = [.. PanicFunctions.Where(name => names.TryFindFunction(name, out _, out _)).Select(name =>
            new ExecProbe(names.TryFindFunction(name, out uint first, out _) ? first : 0))];
        timeline.GoTo(death);
        if (probes.Length == 0 || timeline.FindLast(probes, cancel).Hit is not { } hit)
            return null;
        uint caller = _run.ReturnAddress;
        Say(StatementKind.Remark, hit.At, hit.Address, $"the kernel gives up here, called from {names.Describe(caller - sizeof(uint))}.");
        return hit.At;
    }

    private void Follow(IEnumerable<ValuePlace> places, Moment at)
    {
        timeline.GoTo(at);
        foreach (ValuePlace place in places)
            _chains.Add(_slice.Follow(place));
    }

    private void ApplyRules()
    {
        IExplainingRule[] rules = [new SavedStateRule(_run), new WrongPageRule(_run), new NeverWrittenRule(_run), new ReturnAddressRule(_run)];
        foreach (CausalLink link in _chains.SelectMany(chain => chain.All()).ToArray())
        {
            foreach (IExplainingRule rule in rules)
            {
                if (!cancel.IsCancellationRequested)
                    _statements.AddRange(rule.Look(link));
            }
        }
    }

    private void Say(StatementKind kind, OpenException fault, string text)
    {
        _statements.Add(_run.Say(kind, fault.At, fault.Pc, text) with { Exception = fault.Kind, Task = names.Kernel?.RunningLabel });
    }

    private void Say(StatementKind kind, Moment at, uint pc, string text) => _statements.Add(_run.Say(kind, at, pc, text));

    private bool TryDecode(uint address, out uint word, [NotNullWhen(true)] out InstructionRow? row)
    {
        Op op = GuestMemory.TryFetch(_run.Board, address, out word) ? Decoder.Decode(word) : Op.Illegal;
        row = op == Op.Illegal ? null : Decoder.Row(op);
        return row is not null;
    }

    private static IEnumerable<ValuePlace> Registers(uint set)
    {
        for (; set != 0; set &= set - 1)
            yield return ValuePlace.Gpr(BitOperations.TrailingZeroCount(set));
    }
}
