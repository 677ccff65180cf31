using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Cold;

namespace PpcJit.Jit.Regions;

/// <summary>
/// Turns a region into the IL of one method <c>long (CpuState* state, long budget)</c>, which returns how much of the budget is left. Guest registers
/// live in IL locals. There are two ways out, both shared by the whole region: <em>exit</em> returns to the dispatcher with a reason, and
/// <em>jump</em> goes on to the region of another address. Nothing in a region calls anything that could throw.
/// </summary>
internal sealed partial class RegionEmitter
{
    private const int ReasonShift = 28;
    private const int AdjustShift = 12;

    private static readonly Type[] Parameters = [typeof(nint), typeof(long)];

    private readonly RegionPlan _plan;
    private readonly JitOptions _options;
    private readonly ILGenerator _il;
    private readonly LocalBuilder?[] _locals = new LocalBuilder?[Resources.Count];
    private readonly Dictionary<RegionBlock, Label> _blockLabels = [];
    private readonly Dictionary<int, RegionBlock> _blockAt = [];
    private readonly Dictionary<uint, Label> _exitStubs = [];
    private readonly Dictionary<uint, Label> _jumpStubs = [];
    private readonly List<Action> _outOfLine = [];
    private readonly LocalBuilder _effective;
    private readonly LocalBuilder _host;
    private readonly LocalBuilder _exitCode;
    private readonly LocalBuilder _target;
    private readonly LocalBuilder _wide;
    private readonly LocalBuilder _scratch;
    private readonly LocalBuilder _readTable;
    private readonly LocalBuilder _writeTable;
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

    private RegionEmitter(RegionPlan plan, JitOptions options, DynamicMethod method)
    {
        _plan = plan;
        _options = options;
        _il = method.GetILGenerator(4096);
        _effective = _il.DeclareLocal(typeof(uint));
        _host = _il.DeclareLocal(typeof(long));
        _exitCode = _il.DeclareLocal(typeof(uint));
        _target = _il.DeclareLocal(typeof(uint));
        _wide = _il.DeclareLocal(typeof(long));
        _scratch = _il.DeclareLocal(typeof(uint));
        _readTable = _il.DeclareLocal(typeof(nint));
        _writeTable = _il.DeclareLocal(typeof(nint));
        _exit = _il.DefineLabel();
        _jump = _il.DefineLabel();
        _lookUp = _il.DefineLabel();
        _withoutSo = options.DeferSo && !plan.Uses(code => code == ColdCode.MtXer);
        foreach (RegionBlock block in plan.Blocks)
        {
            _blockLabels[block] = _il.DefineLabel();
            _blockAt[block.First] = block;
        }
    }

    /// <summary>Address of the instruction that is emitted.</summary>
    private uint Address => _plan.AddressOf(Word);

    /// <summary>Index in the page of the instruction that is emitted.</summary>
    private int Word => _block.First + _index;

    /// <summary>Emits a region.</summary>
    /// <returns>The method, not yet compiled, and the size of its IL in bytes.</returns>
    public static (DynamicMethod Method, int IlBytes) Emit(RegionPlan plan, JitOptions options)
    {
        DynamicMethod method = new($"ppc_{plan.AddressOf(plan.Entry.First):x8}", typeof(long), Parameters, typeof(RegionEmitter).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        RegionEmitter emitter = new(plan, options, method);
        emitter.EmitAll();
        return (method, emitter._il.ILOffset);
    }

    private void EmitAll()
    {
        EmitEntry();
        for (int n = 0; n < _plan.Blocks.Count; n++)
            EmitBlock(_plan.Blocks[n], n + 1 < _plan.Blocks.Count ? _plan.Blocks[n + 1] : null);
        for (int n = 0; n < _outOfLine.Count; n++)
            _outOfLine[n]();
        EmitJump();
        EmitExit();
    }

    private void EmitEntry()
    {
        // Not enough left for the longest way through: the dispatcher takes over. No register was loaded yet, so none is stored.
        Label tooShort = _il.DefineLabel();
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I8, (long)_plan.Entry.Need);
        _il.Emit(OpCodes.Blt, tooShort);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(tooShort);
            StateAddress(Offsets.Pc);
            Constant(_plan.AddressOf(_plan.Entry.First));
            _il.Emit(OpCodes.Stind_I4);
            ReturnToDispatcher(ExitReason.Budget);
        });
        ulong loaded = _plan.Entry.LiveIn;
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((loaded & (1ul << resource)) == 0)
                continue;
            LoadState(OffsetOf(resource), TypeOf(resource));
            if (IsCr(resource) && _withoutSo)
                CombineWithSo();
            _il.Emit(OpCodes.Stloc, Local(resource));
        }

        LoadTables();
        if (_plan.Blocks[0] != _plan.Entry)
            _il.Emit(OpCodes.Br, _blockLabels[_plan.Entry]);
    }

    /// <summary>Loads the addresses of the soft page tables that the region uses.</summary>
    private void LoadTables()
    {
        if (_plan.Uses(code => code is (>= ColdCode.Lbz and <= ColdCode.Lmw) or ColdCode.Touch))
        {
            LoadState(Offsets.ReadTable, typeof(nint));
            _il.Emit(OpCodes.Stloc, _readTable);
        }

        if (_plan.Uses(code => code is (>= ColdCode.Stb and <= ColdCode.Stmw) or ColdCode.Dcbz))
        {
            LoadState(Offsets.WriteTable, typeof(nint));
            _il.Emit(OpCodes.Stloc, _writeTable);
        }
    }

    private void EmitBlock(RegionBlock block, RegionBlock? below)
    {
        _block = block;
        _il.MarkLabel(_blockLabels[block]);
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I4, block.Instructions.Length);
        _il.Emit(OpCodes.Conv_I8);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Starg_S, (byte)1);

        ulong[] live = LivenessOf(block);
        for (_index = 0; _index < block.Instructions.Length; _index++)
        {
            _liveAfter = _options.DeadValues ? live[_index] : ulong.MaxValue;
            EmitInstruction(ref block.Instructions[_index]);
        }

        if (block.End == BlockEnd.Step)
        {
            _il.Emit(OpCodes.Br, ExitStub(ExitReason.Step, block.Next, 0));
        }
        else if (block.End == BlockEnd.FallsThrough || RegionFinder.MayFallThrough(block.Instructions[^1]))
        {
            GoTo(block.Next, below);
        }
    }

    /// <summary>What is live after each instruction of a block.</summary>
    private ulong[] LivenessOf(RegionBlock block)
    {
        ulong[] after = new ulong[block.Instructions.Length];
        ulong live = block.LiveOut;
        for (int n = block.Instructions.Length - 1; n >= 0; n--)
        {
            after[n] = live;
            live = RegionAnalysis.LiveBefore(block.Instructions[n], live, _plan.Written);
        }

        return after;
    }

    private void EmitInstruction(ref DecodedInstruction decoded)
    {
        if (!EmitArithmetic(decoded) && !EmitLogical(decoded) && !EmitCondition(decoded) && !EmitMemory(decoded) && !EmitSystem(decoded) && !EmitBranch(decoded))
            throw new InvalidOperationException($"No emitter for {decoded.Code}.");
    }

    /// <summary>Continues at a word of the page, which may be outside the region or the page.</summary>
    private void GoTo(int word, RegionBlock? below)
    {
        if (!_blockAt.TryGetValue(word, out RegionBlock? block))
        {
            _il.Emit(OpCodes.Br, JumpStub(_plan.AddressOf(word)));
        }
        else if (block.Order <= _block.Order)
        {
            BackEdge(block);
        }
        else if (block != below)
        {
            _il.Emit(OpCodes.Br, _blockLabels[block]);
        }
    }

    /// <summary>Closes a loop: goes to its head if the budget allows another round, else leaves.</summary>
    private void BackEdge(RegionBlock head)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I8, (long)head.Need);
        _il.Emit(OpCodes.Bge, _blockLabels[head]);
        _il.Emit(OpCodes.Br, ExitStub(ExitReason.Budget, head.First, 0));
    }

    /// <summary>A place, out of the way, that leaves the region for the dispatcher.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="word">Index in the page of the next instruction.</param>
    /// <param name="adjust">How many instructions of the block, whose length was taken from the budget, did not complete.</param>
    private Label ExitStub(ExitReason reason, int word, int adjust)
    {
        uint code = ((uint)reason << ReasonShift) | ((uint)adjust << AdjustShift) | (uint)(4 * word);
        if (_exitStubs.TryGetValue(code, out Label known))
            return known;
        Label stub = _exitStubs[code] = _il.DefineLabel();
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(stub);
            if (reason == ExitReason.Step)
            {
                Constant(_plan.WordAt(word));
                _il.Emit(OpCodes.Stloc, _effective);
            }

            _il.Emit(OpCodes.Ldc_I4, (int)code);
            _il.Emit(OpCodes.Stloc, _exitCode);
            _il.Emit(OpCodes.Br, _exit);
        });
        return stub;
    }

    /// <summary>The same for the present instruction, which is not completed.</summary>
    private Label ExitHere(ExitReason reason) => ExitStub(reason, Word, _block.Instructions.Length - _index);

    /// <summary>A place, out of the way, that goes on at another address.</summary>
    private Label JumpStub(uint target)
    {
        if (_jumpStubs.TryGetValue(target, out Label known))
            return known;
        Label stub = _jumpStubs[target] = _il.DefineLabel();
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(stub);
            _il.Emit(OpCodes.Ldc_I4, (int)target);
            _il.Emit(OpCodes.Stloc, _target);
            _il.Emit(OpCodes.Br, _jump);
        });
        return stub;
    }

    /// <summary>Stores all that the region may have changed; the locals hold the values wherever the region can be left.</summary>
    private void StoreWritten()
    {
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((_plan.Written & (1ul << resource)) == 0)
                continue;
            StateAddress(OffsetOf(resource));
            _il.Emit(OpCodes.Ldloc, Local(resource));
            if (IsCr(resource) && _withoutSo)
                CombineWithSo();
            _il.Emit(IsCr(resource) ? OpCodes.Stind_I8 : OpCodes.Stind_I4);
        }
    }

    /// <summary>The shared way back to the dispatcher.</summary>
    private void EmitExit()
    {
        _il.MarkLabel(_exit);
        StoreWritten();
        StateAddress(Offsets.Pc);
        _il.Emit(OpCodes.Ldloc, _exitCode);
        _il.Emit(OpCodes.Ldc_I4, 0xfff);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4, (int)_plan.PageAddress);
        _il.Emit(OpCodes.Or);
        _il.Emit(OpCodes.Stind_I4);
        StateAddress(Offsets.FaultAddress);
        _il.Emit(OpCodes.Ldloc, _effective);
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
        StoreWritten();
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
        _il.Emit(OpCodes.Ldc_I4_8);
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_I);
        _il.Emit(OpCodes.Tailcall);
        _il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, typeof(long), Parameters, null);
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

    private LocalBuilder Local(int resource) => _locals[resource] ??= _il.DeclareLocal(TypeOf(resource));

    private LocalBuilder Gpr(int number) => Local(number);

    private LocalBuilder Cr(int number) => Local(Resources.FirstCr + number);

    /// <summary>Exclusive-or with XER[SO] of the value on the stack.</summary>
    private void CombineWithSo()
    {
        LoadState(Offsets.XerSo, typeof(long));
        Op(OpCodes.Xor);
    }

    /// <summary>Pushes a CR field as the state holds it.</summary>
    private void LoadCr(int field)
    {
        _il.Emit(OpCodes.Ldloc, Cr(field));
        if (_withoutSo)
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
