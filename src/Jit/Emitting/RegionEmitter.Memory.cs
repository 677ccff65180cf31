using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.SoftPages;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Emitting;

/// <content>
/// Loads and stores. Each looks its page up in the soft page table inline; a miss (unmapped, not permitted, not plain RAM) leaves the region with the
/// instruction not begun, and so does an access over a page's end.
/// </content>
internal sealed partial class RegionEmitter
{
    private const uint PageSize = 0x1000;

    private static readonly MethodInfo Swap32 = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!;
    private static readonly MethodInfo Swap16 = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!;

    private bool EmitMemory(in DecodedInstruction i)
    {
        switch (i.Traits.Kind)
        {
            case CodeKind.Load: return EmitLoad(i);
            case CodeKind.LoadReserved:
                EmitLoad(i);
                StateAddress(Offsets.Reservation);
                Op(OpCodes.Ldc_I4_1, OpCodes.Stind_I4);
                return true;
            case CodeKind.LoadMultiple: return EmitLoadMultiple(i);
            case CodeKind.Store: return EmitStore(i);
            case CodeKind.StoreConditional: return EmitStoreConditional(i);
            case CodeKind.StoreMultiple: return EmitStoreMultiple(i);
            case CodeKind.Touch:
                EffectiveAddress(i);
                LookUp(i, _readTable, 1, ExitReason.ReadMiss);
                return true;
            case CodeKind.ClearBlock: return EmitClearLine(i);
            default: return false;
        }
    }

    /// <summary>Computes the effective address into its local.</summary>
    private void EffectiveAddress(in DecodedInstruction i)
    {
        bool indexed = i.IsIndexed;
        if (i.A == DecodedInstruction.Zero)
        {
            if (indexed)
                LoadGpr(i.B);
            else
                Constant(i.Immediate);
        }
        else
        {
            LoadGpr(i.A);
            if (indexed)
            {
                LoadGpr(i.B);
                Op(OpCodes.Add);
            }
            else if (i.Immediate != 0)
            {
                Constant(i.Immediate);
                Op(OpCodes.Add);
            }
        }

        _il.Emit(OpCodes.Stloc, _effective);
    }

    /// <summary>Finds the host address of the effective address, into its local; leaves the region when there is none.</summary>
    /// <param name="i">The access.</param>
    /// <param name="table">Soft page table.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="miss">Which side missed.</param>
    private void LookUp(in DecodedInstruction i, LocalBuilder table, int size, ExitReason miss)
    {
        Label leave = ExitHere(miss);
        if (i.StoresBesideCode && _options.StoreBesideCode)
        {
            LookUpBesideCode(table, size, leave);
            return;
        }

        AddressBase? address = AddressBase.Of(i);
        if (address is not null && _block.IsSwept && _block.Sweep!.Find(address) is { } swept)
        {
            _il.Emit(OpCodes.Ldloc, AddendOf(swept));
            _il.Emit(OpCodes.Stloc, _host);
            return;
        }

        if (address is null || !_held.TryGetValue(address, out HeldPage? held))
        {
            LookUpOrGuess(address, table, leave);
            LeaveAtPageEnd(size, leave);
            return;
        }

        // In a loop the page of the turn before will do, unless the base was loaded since.
        if (held.IsSet || (held.IsCarried && _block.Loop is not null && !HeldPage.IsScattered(_block, _index)))
        {
            Label other = _il.DefineLabel();
            Label found = _il.DefineLabel();
            _il.Emit(OpCodes.Ldloc, _effective);
            Op(OpCodes.Conv_U8);
            _il.Emit(OpCodes.Ldloc, held.Tag);
            Op(OpCodes.Sub);
            _il.Emit(OpCodes.Ldc_I8, (long)PageSize - size);
            _il.Emit(OpCodes.Bgt_Un, other);
            _il.MarkLabel(found);
            _il.Emit(OpCodes.Ldloc, held.Addend);
            _il.Emit(OpCodes.Stloc, _host);
            _outOfLine.Add(() =>
            {
                _il.MarkLabel(other);
                LookUpPage(table, leave);
                LeaveAtPageEnd(size, leave);
                Hold(held);
                _il.Emit(OpCodes.Br, found);
            });
        }
        else
        {
            LookUpOrGuess(address, table, leave);
            LeaveAtPageEnd(size, leave);
            Hold(held);
        }

        held.IsSet = true;
    }

    /// <summary>The same for a store that has gone to a page with code before: it may, where no instruction lies in the word that it changes.</summary>
    private void LookUpBesideCode(LocalBuilder table, int size, Label leave)
    {
        Label beside = _il.DefineLabel();
        Label found = _il.DefineLabel();
        LookUpPage(table, beside);
        LeaveAtPageEnd(size, leave);
        _il.MarkLabel(found);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(beside);
            LookUpPage(table, leave, DataContext.BesideCodeBase);
            if (size != 1)
            {
                _il.Emit(OpCodes.Ldloc, _effective);
                _il.Emit(OpCodes.Ldc_I4, (1 << CodeWords.SizeLog) - 1);
                Op(OpCodes.And);
                _il.Emit(OpCodes.Ldc_I4, (1 << CodeWords.SizeLog) - size);
                _il.Emit(OpCodes.Bgt_Un, leave);
            }

            LoadState(Offsets.CodeWordsBase, typeof(nint));
            HostAddress();
            _il.Emit(OpCodes.Ldc_I4, CodeWords.SizeLog);
            Op(OpCodes.Shr, OpCodes.Add, OpCodes.Ldind_U1);
            _il.Emit(OpCodes.Brtrue, leave);
            _il.Emit(OpCodes.Br, found);
        });
    }

    private void Hold(HeldPage held)
    {
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Stloc, held.Addend);
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(~(PageSize - 1));
        Op(OpCodes.And, OpCodes.Conv_U8);
        _il.Emit(OpCodes.Stloc, held.Tag);
    }

    /// <summary>A misaligned access is as good as any while it stays in the page.</summary>
    private void LeaveAtPageEnd(int size, Label leave)
    {
        if (size == 1)
            return;
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(PageSize - 1);
        Op(OpCodes.And);
        Constant(PageSize - (uint)size);
        _il.Emit(OpCodes.Bgt_Un, leave);
    }

    /// <summary>Forgets all pages that are held, because translations may have changed.</summary>
    private void ForgetHeldPages()
    {
        foreach (HeldPage held in _held.Values)
        {
            held.IsSet = false;
            if (!held.IsCarried)
                continue;
            _il.Emit(OpCodes.Ldc_I8, HeldPage.NoPage);
            _il.Emit(OpCodes.Stloc, held.Tag);
        }
    }

    /// <summary>What a register names after it was loaded may be anywhere.</summary>
    private void ForgetHeldPagesOf(ulong registers)
    {
        foreach ((AddressBase address, HeldPage held) in _held)
            held.IsSet &= (address.Registers & registers) == 0;
    }

    /// <summary>The same for lwarx and stwcx., whose misaligned accesses the interpreter refuses.</summary>
    private void LookUpAligned(LocalBuilder table, ExitReason miss)
    {
        Label leave = ExitHere(miss);
        LookUpPage(table, leave);
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(3);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Brtrue, leave);
    }

    /// <summary>Loads the entry of the effective address's page, and leaves the region when it is zero.</summary>
    /// <param name="table">Soft page table.</param>
    /// <param name="leave">Where to go.</param>
    /// <param name="firstPage">Index of page 0 in the table.</param>
    private void LookUpPage(LocalBuilder table, Label leave, uint firstPage = 0)
    {
        PushEntry(table, firstPage);
        _il.Emit(OpCodes.Stloc, _host);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Brfalse, leave);
    }

    /// <summary>Pushes the entry of the effective address's page.</summary>
    private void PushEntry(LocalBuilder table, uint firstPage = 0)
    {
        _il.Emit(OpCodes.Ldloc, table);
        _il.Emit(OpCodes.Ldloc, _effective);
        _il.Emit(OpCodes.Ldc_I4, 12);
        Op(OpCodes.Shr_Un);
        if (firstPage != 0)
        {
            Constant(firstPage);
            Op(OpCodes.Add);
        }

        Op(OpCodes.Conv_U);
        Op(OpCodes.Ldc_I4_3, OpCodes.Shl, OpCodes.Add, OpCodes.Ldind_I8);
    }

    /// <summary>Pushes the host address of the access.</summary>
    private void HostAddress(int offset = 0)
    {
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Ldloc, _effective);
        Op(OpCodes.Conv_U8, OpCodes.Add);
        if (offset != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)offset);
            Op(OpCodes.Add);
        }

        Op(OpCodes.Conv_I);
    }

    private bool EmitLoad(in DecodedInstruction i)
    {
        CodeTraits traits = i.Traits;
        EffectiveAddress(i);
        if (traits.Kind == CodeKind.LoadReserved)
            LookUpAligned(_readTable, ExitReason.ReadMiss);
        else
            LookUp(i, _readTable, traits.Size, ExitReason.ReadMiss);
        HostAddress();
        switch (traits.Size)
        {
            case 1:
                Op(OpCodes.Ldind_U1);
                break;
            case 2:
                Op(OpCodes.Ldind_U2);
                if (!traits.IsByteReversed)
                    _il.Emit(OpCodes.Call, Swap16);
                if (traits.IsSigned)
                    Op(OpCodes.Conv_I2);
                break;
            default:
                Op(OpCodes.Ldind_U4);
                if (!traits.IsByteReversed)
                    _il.Emit(OpCodes.Call, Swap32);
                break;
        }

        StoreGpr(i.T);
        Update(i);
        return true;
    }

    private bool EmitStore(in DecodedInstruction i)
    {
        EffectiveAddress(i);
        LookUp(i, _writeTable, i.Traits.Size, ExitReason.WriteMiss);
        HostAddress();
        LoadGpr(i.T);
        StoreIndirect(i.Traits.Size, i.Traits.IsByteReversed);
        Update(i);
        return true;
    }

    private void StoreIndirect(int size, bool reversed)
    {
        switch (size)
        {
            case 1:
                Op(OpCodes.Stind_I1);
                break;
            case 2:
                Op(OpCodes.Conv_U2);
                if (!reversed)
                    _il.Emit(OpCodes.Call, Swap16);
                Op(OpCodes.Stind_I2);
                break;
            default:
                if (!reversed)
                    _il.Emit(OpCodes.Call, Swap32);
                Op(OpCodes.Stind_I4);
                break;
        }
    }

    private void Update(in DecodedInstruction i)
    {
        if (!i.Traits.Updates)
            return;
        _il.Emit(OpCodes.Ldloc, _effective);
        StoreGpr(i.A);
    }

    /// <summary>Looks up a run of words, which must lie in one page.</summary>
    private void LookUpWords(LocalBuilder table, int words, ExitReason miss)
    {
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(PageSize - 1);
        Op(OpCodes.And);
        Constant(PageSize - (uint)(4 * words));
        Label leave = ExitHere(miss);
        _il.Emit(OpCodes.Bgt_Un, leave);
        LookUpPage(table, leave);
    }

    private bool EmitLoadMultiple(in DecodedInstruction i)
    {
        EffectiveAddress(i);
        LookUpWords(_readTable, 32 - i.T, ExitReason.ReadMiss);
        for (int r = i.T; r < 32; r++)
        {
            HostAddress(4 * (r - i.T));
            Op(OpCodes.Ldind_U4);
            _il.Emit(OpCodes.Call, Swap32);
            StoreGpr(r);
        }

        return true;
    }

    private bool EmitStoreMultiple(in DecodedInstruction i)
    {
        EffectiveAddress(i);
        LookUpWords(_writeTable, 32 - i.T, ExitReason.WriteMiss);
        for (int r = i.T; r < 32; r++)
        {
            HostAddress(4 * (r - i.T));
            LoadGpr(r);
            StoreIndirect(4, reversed: false);
        }

        return true;
    }

    /// <summary>stwcx.: the page is looked up whether or not the reservation holds, as the exceptions ask.</summary>
    private bool EmitStoreConditional(in DecodedInstruction i)
    {
        EffectiveAddress(i);
        LookUpAligned(_writeTable, ExitReason.WriteMiss);
        Label lost = _il.DefineLabel();
        Label done = _il.DefineLabel();
        LoadState(Offsets.Reservation, typeof(uint));
        _il.Emit(OpCodes.Brfalse, lost);
        HostAddress();
        LoadGpr(i.T);
        StoreIndirect(4, reversed: false);
        StateAddress(Offsets.Reservation);
        Op(OpCodes.Ldc_I4_0, OpCodes.Stind_I4);
        SetCr0(CrField.Eq);
        _il.Emit(OpCodes.Br, done);
        _il.MarkLabel(lost);
        SetCr0(0);
        _il.MarkLabel(done);
        return true;
    }

    private void SetCr0(uint bits)
    {
        _il.Emit(OpCodes.Ldc_I8, CrField.Encode(bits));
        StoreCompared(0);
    }

    private bool EmitClearLine(in DecodedInstruction i)
    {
        EffectiveAddress(i);
        LookUpPage(_writeTable, ExitHere(ExitReason.WriteMiss), DataContext.ClearBase);
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(~31u);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Stloc, _effective);
        for (int offset = 0; offset < 32; offset += 8)
        {
            HostAddress(offset);
            _il.Emit(OpCodes.Ldc_I8, 0L);
            Op(OpCodes.Stind_I8);
        }

        return true;
    }
}
