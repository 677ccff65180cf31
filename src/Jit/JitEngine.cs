using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PpcJit.Jit.Code;
using PpcJit.Jit.Cold;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Idle;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit;

/// <summary>
/// The fast engine: the dispatcher. It runs a region where there is one, else the cold tier, and lets the interpreter
/// execute every instruction that needs more than registers and plain RAM. All three work on the same state, so any
/// mixture of them gives the same states at the same counts.
/// </summary>
public sealed unsafe class JitEngine : IEngine, ITranslationObserver
{
    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly EngineState* _engine;
    private readonly JitOptions _options;
    private readonly InterpreterEngine _interpreter;
    private readonly SoftPageTables _tables;
    private readonly CodeCache _cache;
    private readonly ColdTier _cold;
    private readonly HotCode _hot;
    private readonly MissServer _misses;
    private readonly BackgroundCompiler? _compiler;
    private readonly RunContexts _contexts;
    private readonly IdleLoops? _idle;
    private readonly GCHandle _handle;

    /// <summary>Creates the engine for a processor.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="options">Switches; the defaults when null.</param>
    public JitEngine(Processor processor, JitOptions? options = null)
    {
        _processor = processor;
        _state = processor.State;
        _engine = EngineState.Of(_state);
        _options = options ?? new JitOptions();
        _interpreter = new InterpreterEngine(processor);
        _tables = new SoftPageTables(processor, _options);
        _cache = new CodeCache(processor, _tables, _options);
        _compiler = _options is { Regions: true, Background: true } ? new BackgroundCompiler(_options) : null;
        _cold = new ColdTier(_state, _options.Fault, _cache, _compiler, processor.Observers);
        processor.Tlb.Observer = this;
        processor.Memory.StoresWatched = _tables.ProtectPage;
        processor.Memory.PlainWithdrawn = ForgetWithdrawn;
        processor.Observers.InstructionsChanged += ForgetInstructions;
        processor.Observers.DataChanged += _tables.ForgetAll;
        _contexts = new RunContexts(processor, _tables, _cache, _options);
        _handle = GCHandle.Alloc(_contexts);
        _engine->Owner = GCHandle.ToIntPtr(_handle);
        _misses = new MissServer(processor, _tables, _cache, _contexts, _interpreter, _options);
        Statistics = new JitStatistics();
        _idle = _options.SkipIdle
            ? new IdleLoops(processor, _cache, _cold, _contexts, _interpreter, skipped => Statistics.SkippedInstructions += skipped)
            : null;
        _hot = new HotCode(_cache, _cold, _compiler, _options, Statistics);

        // The processor may have come from a snapshot, with entries in its TLB.
        AllTranslationsChanged();
    }

    /// <inheritdoc/>
    public string Name => "jit";

    /// <summary>What the engine has done so far.</summary>
    public JitStatistics Statistics { get; }

    /// <summary>Whether no more regions are compiled for now.</summary>
    internal bool HoldsCompiling { set => _hot.IsHeld = value; }

    /// <summary>How many instruction words the cold tier has taken apart, those that it knew already not counted.</summary>
    internal long TakenApart => _cold.TakenApart;

    /// <inheritdoc/>
    public void Run(ulong until)
    {
        while (_state->InstructionCount < until && _processor.StopReason == StopReason.None)
        {
            if (!_processor.BetweenInstructions(until))
                continue;
            if (_processor.Debug.Watching)
            {
                _interpreter.Step();
                continue;
            }

            ulong deadline = Math.Min(until, _processor.Events.NextDue);
            RunUntil(_idle?.Look(deadline) ?? deadline, deadline);
        }
    }

    /// <inheritdoc/>
    public void TlbEntryChanging(int index)
    {
        _tables.Miss.EntryChanging(index);
        ForgetEntry(index);
    }

    /// <inheritdoc/>
    public void TlbEntryChanged(int index)
    {
        if ((_state->TlbHi[index] & Tlb.Valid) == 0)
            return;
        _tables.NoteEntry(index);
        if (_tables.Miss.IsOnlyMatch(index))
            return;

        // The entry may hide others, as the lowest index wins: what was derived from those it overlaps must go.
        Vector256<uint> mask = Vector256.Create(_state->TlbMask[index]);
        Vector256<uint> tag = Vector256.Create(_state->TlbTag[index]);
        for (int first = (index + 1) & ~7; first < CpuState.TlbEntries; first += Vector256<uint>.Count)
        {
            Vector256<uint> difference =
                (Vector256.Load(_state->TlbTag + first) ^ tag) & mask & Vector256.Load(_state->TlbMask + first);
            uint overlaps = Vector256.Equals(difference, Vector256<uint>.Zero).ExtractMostSignificantBits();
            for (; overlaps != 0; overlaps &= overlaps - 1)
            {
                int other = first + System.Numerics.BitOperations.TrailingZeroCount(overlaps);
                if (other > index && (_state->TlbHi[other] & Tlb.Valid) != 0)
                    ForgetEntry(other);
            }
        }
    }

    /// <inheritdoc/>
    public void AllTranslationsChanged()
    {
        _tables.Miss.AnyChanged();
        _tables.ForgetAll();
        _cache.ForgetMappings();
        for (int index = 0; index < CpuState.TlbEntries; index++)
        {
            if ((_state->TlbHi[index] & Tlb.Valid) != 0)
                _tables.NoteEntry(index);
        }
    }

    /// <summary>
    /// The regions, of whichever address space, that contain an instruction; those that begin there first.
    /// </summary>
    /// <param name="effective">Effective address of the instruction.</param>
    /// <remarks>Without <see cref="JitOptions.KeepListings"/> only those that begin there are found.</remarks>
    public IReadOnlyList<CompiledRegion> RegionsAt(uint effective) =>
    [
        .. from page in _cache.Pages
           where page.Effective == (effective & ~0xfffu)
           from region in page.Regions
           where region.EffectiveAddress == effective || (region.Listing?.Any(line => line.Address == effective) ?? false)
           orderby region.EffectiveAddress == effective descending
           select Describe(page, region),
    ];

    /// <summary>All regions that can be entered now, of whichever address space.</summary>
    internal IEnumerable<CompiledRegion> AllRegions =>
        from page in _cache.Pages
        from region in page.Regions
        select Describe(page, region);

    /// <inheritdoc/>
    public void Dispose()
    {
        _compiler?.Dispose();
        _idle?.Dispose();
        _processor.Tlb.Observer = null;
        _processor.Memory.StoresWatched = null;
        _processor.Memory.PlainWithdrawn = null;
        _processor.Observers.InstructionsChanged -= ForgetInstructions;
        _processor.Observers.DataChanged -= _tables.ForgetAll;
        _cache.Dispose();
        _tables.Dispose();
        _handle.Free();
    }

    private static CompiledRegion Describe(CodePage page, Region region) =>
        new(region.EffectiveAddress, page.Physical | (region.EffectiveAddress & 0xfff), region.Instructions, region.IlBytes,
            region.CompileMicroseconds, region.Code, region.Plan ?? [], region.Listing ?? []);

    /// <summary>
    /// Runs to a count before which no event is due, or until something must be looked at between two instructions.
    /// </summary>
    /// <param name="deadline">The count.</param>
    /// <param name="end">
    /// A later one at which something is due. Where it is none, a region that may not go so far ends the run, ahead of the count.
    /// </param>
    private void RunUntil(ulong deadline, ulong end)
    {
        long budget = (long)(deadline - _state->InstructionCount);
        _engine->Deadline = deadline;
        _contexts.Select();
        while (budget > 0)
        {
            JumpCacheEntry* entry = _engine->JumpCache + JumpCacheEntry.IndexOf(_state->Pc);
            budget = entry->Address == _state->Pc
                ? ((delegate*<CpuState*, long, int, long>)entry->Code)(_state, budget, entry->Entry)
                : RunCold(budget);
            _state->InstructionCount = deadline - (ulong)budget;

            Statistics.Exits[(int)_engine->ExitReason]++;

            // A region may end at the deadline just before an instruction that the interpreter has to execute: that one
            // belongs to the next run.
            if (budget == 0)
                return;
            switch (_engine->ExitReason)
            {
                case ExitReason.Dispatch:
                    continue;
                case ExitReason.Budget when deadline != end:
                    _idle?.LookSoon();
                    return;
                case ExitReason.Budget:
                    RunToEvent(ref budget, deadline);
                    if (budget == 0)
                        return;
                    _interpreter.Step();
                    break;
                case ExitReason.ReadMiss:
                    if (_misses.Serve(_engine->FaultAddress, AccessKind.Load))
                        continue;
                    break;
                case ExitReason.WriteMiss:
                    if (_misses.Serve(_engine->FaultAddress, AccessKind.Store))
                        continue;
                    break;
                case ExitReason.Attention:
                    return;
                case ExitReason.MixedMiss:
                    if (_misses.ServeMixed(_engine->FaultAddress))
                        continue;
                    break;
                case ExitReason.Crossing:
                    _misses.ServeCrossing();
                    break;
                case ExitReason.Step:
                    _interpreter.Execute(_engine->FaultAddress);
                    break;
                default:
                    _interpreter.Step();
                    break;
            }

            budget = (long)(deadline - _state->InstructionCount);
            if (_contexts.NeedsAttention())
                return;
            _contexts.Select();
        }
    }

    /// <summary>Forgets loads and code of memories that can cease to be plain, because one does; all, where it is the RAM.</summary>
    private void ForgetWithdrawn(PhysicalWindow window)
    {
        if (window.Device is null)
        {
            AllTranslationsChanged();
            return;
        }

        _tables.ForgetWithdrawable();
        _cache.ForgetElsewhere();
    }

    /// <summary>Forgets which instructions an observer did and did not watch.</summary>
    private void ForgetInstructions(uint? effective) => _cache.ForgetInstructions(effective & ~0xfffu);

    /// <summary>Forgets what was derived from a TLB entry.</summary>
    private void ForgetEntry(int index)
    {
        _tables.ForgetEntry(index);
        _cache.ForgetEntry(index);
    }

    /// <summary>
    /// The next event is nearer than the longest way through the region at the PC: the cold tier goes there one by one.
    /// </summary>
    private void RunToEvent(ref long budget, ulong deadline)
    {
        MappedPage? page = _cache.Find(_state->Pc);
        if (page is null)
            return;
        budget = RunCold(page, budget, compiles: false);
        _state->InstructionCount = deadline - (ulong)budget;
    }

    /// <summary>
    /// Runs code that the jump cache does not know: enters its region if it has one, asks for one if it is hot, and
    /// runs it cold until then.
    /// </summary>
    private long RunCold(long budget)
    {
        _hot.InstallFinished();
        if (_cache.DropExcess())
            Statistics.Generations++;
        uint address = _state->Pc;
        MappedPage? page = _cache.Find(address);
        if (page is null)
        {
            _engine->ExitReason = ExitReason.Fetch;
            return budget;
        }

        if (_options.Regions)
        {
            if (_hot.Arrive(page.Code, (int)(address & 0xfff) >> 2) is { } entry)
            {
                _cache.Present.AddJump(page, address, entry);
                _engine->ExitReason = ExitReason.Dispatch;
                return budget;
            }
        }

        Statistics.ColdRuns++;
        return RunCold(page, budget, compiles: _options.Regions);
    }

    private long RunCold(MappedPage page, long budget, bool compiles)
    {
        long left = _cold.Run(page.Code, budget, compiles);
        Statistics.ColdInstructions += budget - left;
        _cache.NoteCold(Statistics.ColdInstructions);
        return left;
    }
}
