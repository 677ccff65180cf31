using System.Reflection;
using System.Reflection.Emit;

namespace PpcJit.Jit.Regions;

/// <content>Loops that pass through memory, as <see cref="Sweep"/> has them.</content>
internal sealed partial class RegionEmitter
{
    private static readonly MethodInfo Max = typeof(Math).GetMethod(nameof(Math.Max), [typeof(long), typeof(long)])!;

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

    /// <summary>Behind a turn: goes on with turns without looks at pages if all that they access is in the pages that are held.</summary>
    private void EnterSweep(Sweep sweep)
    {
        Label refused = _il.DefineLabel();
        int length = sweep.Block.Instructions.Length;
        _il.Emit(OpCodes.Ldc_I8, sweep.Block.Need - 1L);
        _il.Emit(OpCodes.Stloc, SweepEnd);
        foreach (SweptBase swept in sweep.Bases)
        {
            long last = PageSize - swept.Span;
            PushLowest(swept);
            Op(OpCodes.Conv_U8);
            _il.Emit(OpCodes.Ldloc, _held[swept.Address].Tag);
            Op(OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, _wide);
            _il.Emit(OpCodes.Ldloc, _wide);
            _il.Emit(OpCodes.Ldc_I8, last);
            _il.Emit(OpCodes.Bgt_Un, refused);
            if (swept.Step == 0)
                continue;

            // The first turn fits, and as many more as there are steps left to the end of the page.
            _il.Emit(OpCodes.Ldarg_1);
            _il.Emit(OpCodes.Ldc_I8, (long)length);
            Op(OpCodes.Sub);
            if (swept.Step > 0)
                _il.Emit(OpCodes.Ldc_I8, last);
            _il.Emit(OpCodes.Ldloc, _wide);
            if (swept.Step > 0)
                Op(OpCodes.Sub);
            _il.Emit(OpCodes.Ldc_I8, Math.Abs((long)swept.Step));
            Op(OpCodes.Div_Un);
            _il.Emit(OpCodes.Ldc_I8, (long)length);
            Op(OpCodes.Mul, OpCodes.Sub);
            _il.Emit(OpCodes.Ldloc, SweepEnd);
            _il.Emit(OpCodes.Call, Max);
            _il.Emit(OpCodes.Stloc, SweepEnd);
        }

        _il.Emit(OpCodes.Ldarg_1);
        _il.Emit(OpCodes.Ldloc, SweepEnd);
        _il.Emit(OpCodes.Ble, refused);
        ComputeLost(sweep.Block.Sources![0], sweep.Block.LiveIn);
        _il.Emit(OpCodes.Br, sweep.Block.Label);
        _il.MarkLabel(refused);
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

    private void PushLowest(SweptBase swept)
    {
        LoadGpr(swept.Address.A);
        if (swept.Address.B != Cold.DecodedInstruction.Zero)
        {
            LoadGpr(swept.Address.B);
            Op(OpCodes.Add);
        }

        if (swept.Lowest != 0)
        {
            Constant((uint)swept.Lowest);
            Op(OpCodes.Add);
        }
    }
}
