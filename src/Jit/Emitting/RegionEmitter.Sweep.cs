using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Emitting;

/// <content>Loops that pass through memory, as <see cref="Sweep"/> has them.</content>
internal sealed partial class RegionEmitter
{
    /// <summary>Longest step, in bytes, that a register may say.</summary>
    private const uint MaxByRegister = 512;

    private readonly Dictionary<SweptBase, LocalBuilder> _sweptAddends = [];
    private LocalBuilder? _sweepEnd;

    /// <summary>The budget at which turns without looks at pages end.</summary>
    private LocalBuilder SweepEnd => _sweepEnd ??= _il.DeclareLocal(typeof(long), "sweepEnd");

    /// <summary>Behind a turn, of either kind: goes on with turns without looks at pages where it can.</summary>
    private void GoOnWith(Sweep sweep)
    {
        if (_block.IsSwept)
            ContinueSweep();
        else
            EnterSweep(sweep);
    }

    /// <summary>Behind a turn: goes on with turns without looks at pages if each base stays in one that is mapped.</summary>
    private void EnterSweep(Sweep sweep)
    {
        Label refused = _il.DefineLabel();
        int length = sweep.Block.Instructions.Length;
        _il.Emit(OpCodes.Ldc_I8, sweep.Block.Need - 1L);
        _il.Emit(OpCodes.Stloc, SweepEnd);
        foreach (SweptBase swept in sweep.Bases)
        {
            if (swept.HasRegister)
                RefuseLongStep(swept, refused);
        }

        foreach (SweptBase swept in sweep.Bases)
        {
            FindPage(swept, refused);
            if (swept.Step != 0 || swept.HasRegister)
                LimitTurns(swept, length);
        }

        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloc, SweepEnd);
        _il.Emit(OpCodes.Ble, refused);
        ComputeLost(sweep.Block.Sources![0], sweep.Block.LiveIn);
        _il.Emit(OpCodes.Br, sweep.Block.Label);
        _il.MarkLabel(refused);
    }

    /// <summary>Finds the page of the next turn's accesses with a base, and puts the offset of the lowest into <see cref="_wide"/>.</summary>
    private void FindPage(SweptBase swept, Label refused)
    {
        PushLowest(swept);
        _il.Emit(OpCodes.Stloc, _effective);
        LookUpPage(swept.Address.IsStore ? _writeTable : _readTable, refused);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Stloc, AddendOf(swept));
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(PageSize - 1);
        Op(OpCodes.And, OpCodes.Conv_U8);
        _il.Emit(OpCodes.Stloc, _wide);
        if (swept.Span == 1)
            return;
        _il.Emit(OpCodes.Ldloc, _wide);
        _il.Emit(OpCodes.Ldc_I8, (long)PageSize - swept.Span);
        _il.Emit(OpCodes.Bgt_Un, refused);
    }

    /// <summary>The next turn fits, and as many more as there are steps left to the end of the page: that raises the budget at which the turns end.</summary>
    private void LimitTurns(SweptBase swept, int length)
    {
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldc_I8, (long)length);
        Op(OpCodes.Sub);
        bool rises = swept.Step > 0 || swept.HasRegister;
        if (rises)
            _il.Emit(OpCodes.Ldc_I8, (long)PageSize - swept.Span);
        _il.Emit(OpCodes.Ldloc, _wide);
        if (rises)
            Op(OpCodes.Sub);
        Op(OpCodes.Conv_U4);
        if (swept.HasRegister)
            PushStep(swept);
        else
            Constant((uint)Math.Abs(swept.Step));
        Op(OpCodes.Div_Un, OpCodes.Conv_U8);
        _il.Emit(OpCodes.Ldc_I8, (long)length);
        Op(OpCodes.Mul, OpCodes.Sub);
        _il.Emit(OpCodes.Ldloc, SweepEnd);
        _il.Emit(OpCodes.Call, Larger);
        _il.Emit(OpCodes.Stloc, SweepEnd);
    }

    /// <summary>Behind a turn without looks at pages: begins another one while those that were computed last.</summary>
    private void ContinueSweep()
    {
        Label ended = _il.DefineLabel();
        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloc, SweepEnd);
        _il.Emit(OpCodes.Ble, ended);
        ComputeLost(_block.Sources![0], _block.LiveIn);
        _il.Emit(OpCodes.Br, _block.Label);
        _il.MarkLabel(ended);
    }

    /// <summary>A register that makes the step long, negative or nothing is not worth the division.</summary>
    private void RefuseLongStep(SweptBase swept, Label refused)
    {
        PushStep(swept);
        Op(OpCodes.Ldc_I4_1, OpCodes.Sub);
        Constant(MaxByRegister);
        _il.Emit(OpCodes.Bge_Un, refused);
    }

    private void PushStep(SweptBase swept)
    {
        LoadGpr(swept.By);
        if (swept.Step == 0)
            return;
        Constant((uint)swept.Step);
        Op(OpCodes.Add);
    }

    /// <summary>What to add to the effective addresses of a base while its page lasts.</summary>
    private LocalBuilder AddendOf(SweptBase swept)
    {
        if (_sweptAddends.TryGetValue(swept, out LocalBuilder? known))
            return known;
        return _sweptAddends[swept] = _il.DeclareLocal(typeof(long), () => swept.Address.NameOf("swept"));
    }

    private void PushLowest(SweptBase swept)
    {
        LoadGpr(swept.Address.A);
        if (swept.Address.B != DecodedInstruction.Zero)
        {
            LoadGpr(swept.Address.B);
            Op(OpCodes.Add);
        }

        if (swept.AfterRegister)
        {
            LoadGpr(swept.By);
            Op(OpCodes.Add);
        }

        if (swept.Lowest != 0)
        {
            Constant((uint)swept.Lowest);
            Op(OpCodes.Add);
        }
    }
}
