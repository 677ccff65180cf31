using System.Numerics;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Jit.State;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Turns a region into the IL of one method <c>long (CpuState* state, long budget, int entry)</c>, which returns how much of the budget is left. Guest registers
/// live in IL locals. There are two ways out, both shared by the whole region: <em>exit</em> returns to the dispatcher with a reason, and
/// <em>jump</em> goes on to the region of another address. Nothing in a region calls anything that could throw.
/// </summary>
internal sealed partial class RegionEmitter
{
    private const int ReasonShift = 28;
    private const int AdjustShift = 12;

    private static readonly Type[] Parameters = [typeof(nint), typeof(long), typeof(int)];

    private readonly RegionPlan _plan;
    private readonly JitOptions _options;
    private readonly IlWriter _il;
    private readonly LocalBuilder?[] _locals = new LocalBuilder?[Resources.Count];
    private readonly List<Unstored> _unstored = [];
    private readonly List<Action> _outOfLine = [];
    private readonly LocalBuilder _effective;
    private readonly LocalBuilder _host;
    private readonly LocalBuilder _exitCode;
    private readonly LocalBuilder _target;
    private readonly LocalBuilder _wide;
    private readonly LocalBuilder _scratch;
    private readonly LocalBuilder _readTable;
    private readonly LocalBuilder _writeTable;
    private readonly Dictionary<AddressBase, HeldPage> _held;
    private readonly Label _exit;
    private readonly Label _jump;
    private readonly Label _lookUp;

    /// <summary>
    /// Whether CR locals are kept exclusive-or XER[SO], so that a compare need not combine with it: the difference alone is then the field. Possible
    /// where nothing in the region changes SO.
    /// </summary>
    private readonly bool _withoutSo;

    // Where the emitter is
    private RegionBlock _block = null!;
    private int _index;
    private ulong _liveAfter;

    /// <summary>Whether the block is known to run in supervisor state from here on.</summary>
    private bool _privileged;

    /// <summary>Resources that may differ from the state here: what leaving stores.</summary>
    private ulong _changed;

    /// <summary>What the CR fields stand for here.</summary>
    private CrSources _sources = CrSources.None;

    private RegionEmitter(RegionPlan plan, JitOptions options, DynamicMethod method)
    {
        _plan = plan;
        _options = options;
        _il = new IlWriter(method.GetILGenerator(4096), options);
        _effective = _il.DeclareLocal(typeof(uint), "effective");
        _host = _il.DeclareLocal(typeof(long), "host");
        _exitCode = _il.DeclareLocal(typeof(uint), "exitCode");
        _target = _il.DeclareLocal(typeof(uint), "target");
        _wide = _il.DeclareLocal(typeof(long), "wide");
        _scratch = _il.DeclareLocal(typeof(uint), "scratch");
        _readTable = _il.DeclareLocal(typeof(nint), "readTable");
        _writeTable = _il.DeclareLocal(typeof(nint), "writeTable");
        _held = options.HoldPages ? HeldPage.Find(plan, _il) : [];
        if (options.GuessPages)
            FindGuesses();
        _exit = _il.DefineLabel();
        _jump = _il.DefineLabel();
        _lookUp = _il.DefineLabel();
        _withoutSo = options.DeferSo && !plan.Uses(code => code == ColdCode.MtXer);
        foreach (RegionBlock block in plan.Blocks)
        {
            block.Label = _il.DefineLabel();
            if (block.Sweep is { } sweep)
                sweep.Block.Label = _il.DefineLabel();
        }
    }

    /// <summary>Address of the instruction that is emitted.</summary>
    private uint Address => _plan.AddressOf(Word);

    /// <summary>Index in the page of the instruction that is emitted.</summary>
    private int Word => _block.First + _index;

    /// <summary>What leaving the region here must store.</summary>
    private Unstored HereUnstored
    {
        get
        {
            CrSources sources = _options.LazyCr ? _sources.Of(_changed) : CrSources.None;
            foreach (Unstored known in _unstored)
            {
                if (known.Changed == _changed && known.Sources.Equals(sources))
                    return known;
            }

            Unstored added = new(_changed, sources);
            _unstored.Add(added);
            return added;
        }
    }

    /// <summary>Emits a region.</summary>
    /// <returns>The method, not yet compiled, and what was written.</returns>
    public static (DynamicMethod Method, IlWriter Il) Emit(RegionPlan plan, JitOptions options)
    {
        DynamicMethod method = new($"ppc_{plan.AddressOf(plan.Entries[0].First):x8}", typeof(long), Parameters, typeof(RegionEmitter).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        RegionEmitter emitter = new(plan, options, method);
        emitter.EmitAll();
        return (method, emitter._il);
    }

    private void EmitAll()
    {
        EmitEntries();
        for (int n = 0; n < _plan.Blocks.Count; n++)
            EmitBlock(_plan.Blocks[n], n + 1 < _plan.Blocks.Count ? _plan.Blocks[n + 1] : null);
        foreach (RegionBlock block in _plan.Blocks)
        {
            if (block.Sweep is { } sweep)
                EmitBlock(sweep.Block, null);
        }

        for (int n = 0; n < _outOfLine.Count; n++)
            _outOfLine[n]();
        EmitStorers();
        EmitJump();
        EmitExit();
    }

    private void EmitEntries()
    {
        LoadTables();
        ForgetHeldPages();
        ForgetGuesses();
        Label[] labels = new Label[_plan.Entries.Count];
        for (int n = 0; n < labels.Length; n++)
            labels[n] = _il.DefineLabel();
        if (labels.Length > 1)
        {
            // The first one, where functions begin, is likelier than all others: it needs no table.
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(OpCodes.Brfalse, labels[0]);
            _il.Emit(OpCodes.Ldarg_2);
            _il.Emit(labels);
        }

        for (int n = 0; n < labels.Length; n++)
        {
            _il.MarkLabel(labels[n]);
            EmitEntry(_plan.Entries[n]);
        }
    }

    private void EmitEntry(RegionBlock entry)
    {
        // Not enough left for the longest way through: the dispatcher takes over. No register was loaded yet, so none is stored.
        Label tooShort = _il.DefineLabel();
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I8, (long)entry.Need);
        _il.Emit(OpCodes.Blt, tooShort);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(tooShort);
            StateAddress(Offsets.Pc);
            Constant(_plan.AddressOf(entry.First));
            _il.Emit(OpCodes.Stind_I4);
            ReturnToDispatcher(ExitReason.Budget);
        });
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((entry.LiveIn & (1ul << resource)) == 0)
                continue;
            LoadState(OffsetOf(resource), TypeOf(resource));
            if (IsCr(resource) && _withoutSo)
                CombineWithSo();
            _il.Emit(OpCodes.Stloc, Local(resource));
        }

        _il.Emit(OpCodes.Br, entry.Label);
    }

    /// <summary>Loads the addresses of the soft page tables that the region uses.</summary>
    private void LoadTables()
    {
        if (_plan.Uses(code => CodeTraits.Of(code).UsesReadTable))
        {
            LoadState(Offsets.ReadTable, typeof(nint));
            _il.Emit(OpCodes.Stloc, _readTable);
        }

        if (_plan.Uses(code => CodeTraits.Of(code).UsesWriteTable))
        {
            LoadState(Offsets.WriteTable, typeof(nint));
            _il.Emit(OpCodes.Stloc, _writeTable);
        }
    }

    private void EmitBlock(RegionBlock block, RegionBlock? below)
    {
        _block = block;
        _privileged = false;
        _il.MarkLabel(block.Label);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4, block.Instructions.Length);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Starg_S, (byte)1);

        ulong[] live = new ulong[block.Instructions.Length];
        RegionAnalysis.Liveness(block, live);
        _changed = block.Changed;
        foreach (HeldPage held in _held.Values)
            held.IsSet = false;
        for (_index = 0; _index < block.Instructions.Length; _index++)
        {
            ref DecodedInstruction decoded = ref block.Instructions[_index];
            if (_options.KeepListings)
                _il.Note(Address, Disassembler.Disassemble(decoded.Word, Address));
            _liveAfter = _options.DeadValues ? live[_index] : ulong.MaxValue;

            // A branch leaves when its own effect is there already, every other instruction before it has any.
            if (decoded.EndsBlock)
                _changed |= block.Uses[_index].Writes;
            _sources = block.Sources![_index];
            ComputeLost(block.Sources[_index + 1], _liveAfter & ~block.Uses[_index].Writes);
            EmitInstruction(ref decoded);
            ForgetHeldPagesOf(ValueSpread.LoadedBy(decoded));
            _changed |= block.Uses[_index].Writes;
        }

        _sources = block.Sources![^1];

        if (block.End == BlockEnd.Step)
        {
            _il.Emit(OpCodes.Br, ExitStub(ExitReason.Step, block.Next, 0));
        }
        else if (block.End == BlockEnd.FallsThrough || block.Instructions[^1].MayFallThrough)
        {
            GoTo(block.Next, below);
        }
    }

    private void EmitInstruction(ref DecodedInstruction decoded)
    {
        if (!EmitArithmetic(decoded) && !EmitLogical(decoded) && !EmitCondition(decoded) && !EmitMemory(decoded) && !EmitSystem(decoded) && !EmitBranch(decoded))
            throw new InvalidOperationException($"No emitter for {decoded.Code}.");
    }

    /// <summary>Continues at a word of the page, which may be outside the region or the page.</summary>
    private void GoTo(int word, RegionBlock? below)
    {
        if (_block.Sweep is { } sweep && sweep.Block.First == word)
            GoOnWith(sweep);
        if (_plan.BlockAt(word) is not { } block)
        {
            _il.Emit(OpCodes.Br, JumpStub(_plan.AddressOf(word)));
        }
        else if (block.Order <= _block.Order)
        {
            BackEdge(block);
        }
        else
        {
            ComputeLost(block.Sources![0], block.LiveIn);
            if (block != below)
                _il.Emit(OpCodes.Br, block.Label);
        }
    }

    /// <summary>Closes a loop: goes to its head if the budget allows another round, else leaves.</summary>
    private void BackEdge(RegionBlock head)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I8, (long)head.Need);
        _il.Emit(OpCodes.Blt, ExitStub(ExitReason.Budget, head.First, 0));
        ComputeLost(head.Sources![0], head.LiveIn);
        _il.Emit(OpCodes.Br, head.Label);
    }

    /// <summary>Computes the live CR fields that are comparisons here and are not any more at the place that follows.</summary>
    private void ComputeLost(CrSources next, ulong live)
    {
        if (!_options.LazyCr || (_sources.Comparisons & live) == 0 || ReferenceEquals(_sources, next))
            return;
        for (int field = 0; field < 8; field++)
        {
            if ((live & Resources.Cr(field)) == 0 || !_sources[field].IsComparison || next[field] == _sources[field])
                continue;
            PushDifference(_sources[field]);
            StoreCompared(field);
        }
    }

    /// <summary>A place, out of the way, that leaves the region for the dispatcher.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="word">Index in the page of the next instruction.</param>
    /// <param name="adjust">How many instructions of the block, whose length was taken from the budget, did not complete.</param>
    private Label ExitStub(ExitReason reason, int word, int adjust)
    {
        uint code = ((uint)reason << ReasonShift) | ((uint)adjust << AdjustShift) | (uint)(4 * word);
        Unstored unstored = HereUnstored;
        if (unstored.FindStub(WayOut.Exit, code) is { } known)
            return known.Label;
        Label stub = unstored.AddStub(WayOut.Exit, code, _il.DefineLabel());
        Label storer = StoreThen(WayOut.Exit);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(stub);
            // Not in the shared part: the last access's address would be alive wherever the region can be left.
            if (reason is ExitReason.ReadMiss or ExitReason.WriteMiss or ExitReason.Step)
            {
                StateAddress(Offsets.FaultAddress);
                if (reason == ExitReason.Step)
                    Constant(_plan.WordAt(word));
                else
                    _il.Emit(OpCodes.Ldloc, _effective);
                _il.Emit(OpCodes.Stind_I4);
            }

            _il.Emit(OpCodes.Ldc_I4, (int)code);
            _il.Emit(OpCodes.Stloc, _exitCode);
            _il.Emit(OpCodes.Br, storer);
        });
        return stub;
    }

    /// <summary>The same for the present instruction, which is not completed.</summary>
    private Label ExitHere(ExitReason reason) => ExitStub(reason, Word, _block.Instructions.Length - _index);

    /// <summary>A place, out of the way, that goes on at another address.</summary>
    private Label JumpStub(uint target)
    {
        Unstored unstored = HereUnstored;
        if (unstored.FindStub(WayOut.Jump, target) is { } known)
            return known.Label;
        Label stub = unstored.AddStub(WayOut.Jump, target, _il.DefineLabel());
        Label storer = StoreThen(WayOut.Jump);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(stub);
            _il.Emit(OpCodes.Ldc_I4, (int)target);
            _il.Emit(OpCodes.Stloc, _target);
            _il.Emit(OpCodes.Br, storer);
        });
        return stub;
    }

    /// <summary>A place that stores what has changed up to here and goes on to the shared part of a way out.</summary>
    private Label StoreThen(WayOut way)
    {
        Unstored unstored = HereUnstored;
        return unstored.Storer(way) ?? unstored.SetStorer(way, _il.DefineLabel());
    }

    /// <summary>
    /// Emits those places. Since what has changed only grows along a path, each stores what the largest smaller set does not, and goes on to that one's place.
    /// </summary>
    private void EmitStorers()
    {
        _unstored.Sort((one, other) => BitOperations.PopCount(one.Changed) - BitOperations.PopCount(other.Changed));
        EmitStorers(WayOut.Exit, _exit);
        EmitStorers(WayOut.Jump, _jump);
    }

    private void EmitStorers(WayOut way, Label shared)
    {
        List<Unstored> done = [];
        foreach (Unstored unstored in _unstored)
        {
            if (unstored.Storer(way) is not { } storer)
                continue;
            Unstored? rest = done.FindLast(other => other.IsPartOf(unstored));
            _il.MarkLabel(storer);
            Store(unstored, rest?.Changed ?? 0);
            _il.Emit(OpCodes.Br, rest?.Storer(way) ?? shared);
            done.Add(unstored);
        }
    }

    /// <summary>Stores resources into the state, except those that will be stored later.</summary>
    private void Store(Unstored unstored, ulong later = 0)
    {
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((unstored.Changed & ~later & (1ul << resource)) == 0)
                continue;
            StateAddress(OffsetOf(resource));
            if (IsCr(resource) && unstored.Sources[resource - Resources.FirstCr] is { IsComparison: true } source)
            {
                PushDifference(source);
                CombineWithSo();
            }
            else
            {
                _il.Emit(OpCodes.Ldloc, Local(resource));
                if (IsCr(resource) && _withoutSo)
                    CombineWithSo();
            }

            _il.Emit(IsCr(resource) ? OpCodes.Stind_I8 : OpCodes.Stind_I4);
        }
    }

    /// <summary>The shared way back to the dispatcher.</summary>
    private void EmitExit()
    {
        _il.MarkLabel(_exit);
        StateAddress(Offsets.Pc);
        _il.Emit(OpCodes.Ldloc, _exitCode);
        _il.Emit(OpCodes.Ldc_I4, 0xfff);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4, (int)_plan.PageAddress);
        _il.Emit(OpCodes.Or);
        _il.Emit(OpCodes.Stind_I4);
        StateAddress(Offsets.ExitReason);
        _il.Emit(OpCodes.Ldloc, _exitCode);
        _il.Emit(OpCodes.Ldc_I4, ReasonShift);
        _il.Emit(OpCodes.Shr_Un);
        _il.Emit(OpCodes.Stind_I4);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloc, _exitCode);
        _il.Emit(OpCodes.Ldc_I4, AdjustShift);
        _il.Emit(OpCodes.Shr_Un);
        _il.Emit(OpCodes.Ldc_I4, 0xffff);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Conv_U8);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>The shared way to another region: through the jump cache, else back to the dispatcher.</summary>
    private void EmitJump()
    {
        Label miss = _il.DefineLabel();
        _il.MarkLabel(_jump);
        StateAddress(Offsets.Pc);
        _il.Emit(OpCodes.Ldloc, _target);
        _il.Emit(OpCodes.Stind_I4);

        // Here with the PC and all registers stored; a helper says by an odd target that the dispatcher must look first.
        _il.MarkLabel(_lookUp);
        if (!_options.JumpCache)
            _il.Emit(OpCodes.Br, miss);

        // host = JumpCache + 16 * JumpIndex(target)
        LoadState(Offsets.JumpCache, typeof(nint));
        _il.Emit(OpCodes.Ldloc, _target);
        _il.Emit(OpCodes.Ldc_I4_2);
        _il.Emit(OpCodes.Shr_Un);
        _il.Emit(OpCodes.Ldloc, _target);
        _il.Emit(OpCodes.Ldc_I4, 14);
        _il.Emit(OpCodes.Shr_Un);
        _il.Emit(OpCodes.Xor);
        _il.Emit(OpCodes.Ldc_I4, Code.CodeContext.JumpEntries - 1);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4_4);
        _il.Emit(OpCodes.Shl);
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, _host);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Ldind_U4);
        _il.Emit(OpCodes.Ldloc, _target);
        _il.Emit(OpCodes.Bne_Un, miss);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Conv_I);
        Op(OpCodes.Ldc_I4_4, OpCodes.Add, OpCodes.Ldind_I4);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Ldc_I4_8);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_I);
        _il.Emit(OpCodes.Tailcall);
        _il.EmitCalli(typeof(long), Parameters);
        _il.Emit(OpCodes.Ret);

        _il.MarkLabel(miss);
        StateAddress(Offsets.ExitReason);
        _il.Emit(OpCodes.Ldloc, _target);
        _il.Emit(OpCodes.Ldc_I4_1);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4, (int)ExitReason.Attention);
        Op(OpCodes.Mul, OpCodes.Stind_I4);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ret);
    }

    private void ReturnToDispatcher(ExitReason reason)
    {
        StateAddress(Offsets.ExitReason);
        _il.Emit(OpCodes.Ldc_I4, (int)reason);
        _il.Emit(OpCodes.Stind_I4);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ret);
    }

    private static int OffsetOf(int resource) => resource switch
    {
        < Resources.FirstCr => Offsets.Gpr(resource),
        < Resources.LrNumber => Offsets.Cr(resource - Resources.FirstCr),
        Resources.LrNumber => Offsets.Lr,
        Resources.CtrNumber => Offsets.Ctr,
        _ => Offsets.XerCa,
    };

    private static bool IsCr(int resource) => resource is >= Resources.FirstCr and < Resources.LrNumber;

    private static Type TypeOf(int resource) => IsCr(resource) ? typeof(long) : typeof(uint);

    private LocalBuilder Local(int resource) => _locals[resource] ??= _il.DeclareLocal(TypeOf(resource), () => Resources.NameOf(resource));

    private LocalBuilder Gpr(int number) => Local(number);

    private LocalBuilder Cr(int number) => Local(Resources.FirstCr + number);

    /// <summary>Exclusive-or with XER[SO] of the value on the stack.</summary>
    private void CombineWithSo()
    {
        LoadState(Offsets.XerSo, typeof(long));
        Op(OpCodes.Xor);
    }

    /// <summary>Pushes a CR field, with or without SO.</summary>
    private void PushCr(int field)
    {
        if (_options.LazyCr && _sources[field].IsComparison)
            PushDifference(_sources[field]);
        else
            _il.Emit(OpCodes.Ldloc, Cr(field));
    }

    /// <summary>Pushes a CR field as the state holds it.</summary>
    private void LoadCr(int field)
    {
        PushCr(field);
        if (_withoutSo || (_options.LazyCr && _sources[field].IsComparison))
            CombineWithSo();
    }

    /// <summary>Pops a CR field as the state holds it.</summary>
    private void StoreCr(int field)
    {
        if (_withoutSo)
            CombineWithSo();
        _il.Emit(OpCodes.Stloc, Cr(field));
    }

    /// <summary>Pops a CR field that lacks SO, as a comparison gives it.</summary>
    private void StoreCompared(int field)
    {
        if (!_withoutSo)
            CombineWithSo();
        _il.Emit(OpCodes.Stloc, Cr(field));
    }

    private bool Needed(ulong resource) => (_liveAfter & resource) != 0;

    private void StateAddress(int offset)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldc_I4, offset);
        _il.Emit(OpCodes.Add);
    }

    private void LoadState(int offset, Type type)
    {
        StateAddress(offset);
        _il.Emit(type == typeof(long) ? OpCodes.Ldind_I8 : type == typeof(nint) ? OpCodes.Ldind_I : OpCodes.Ldind_U4);
    }

    private void LoadGpr(int number) => _il.Emit(OpCodes.Ldloc, Gpr(number));

    private void StoreGpr(int number) => _il.Emit(OpCodes.Stloc, Gpr(number));

    private void Constant(uint value) => _il.Emit(OpCodes.Ldc_I4, (int)value);

    private void Op(params ReadOnlySpan<OpCode> codes)
    {
        foreach (OpCode code in codes)
            _il.Emit(code);
    }
}
