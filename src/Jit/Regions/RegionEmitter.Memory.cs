using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Cold;
using PpcJit.Jit.Translation;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Regions;

/// <content>
/// Loads and stores. Each looks its page up in the soft page table inline; a miss (unmapped, not permitted, not plain RAM) leaves the region with the
/// instruction not begun, and so does an access over a page's end.
/// </content>
internal sealed partial class RegionEmitter
{
    private static readonly MethodInfo Swap32 = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!;
    private static readonly MethodInfo Swap16 = typeof(BinaryPrimitives).GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!;

    private bool EmitMemory(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case ColdCode.Lbz or ColdCode.Lbzu or ColdCode.Lbzx or ColdCode.Lbzux: return EmitLoad(i, 0);
            case ColdCode.Lhz or ColdCode.Lhzu or ColdCode.Lhzx or ColdCode.Lhzux: return EmitLoad(i, 1);
            case ColdCode.Lha or ColdCode.Lhau or ColdCode.Lhax or ColdCode.Lhaux: return EmitLoad(i, 1, signed: true);
            case ColdCode.Lwz or ColdCode.Lwzu or ColdCode.Lwzx or ColdCode.Lwzux: return EmitLoad(i, 2);
            case ColdCode.Lhbrx: return EmitLoad(i, 1, reversed: true);
            case ColdCode.Lwbrx: return EmitLoad(i, 2, reversed: true);
            case ColdCode.Lwarx:
                EmitLoad(i, 2);
                StateAddress(Offsets.Reservation);
                Op(OpCodes.Ldc_I4_1, OpCodes.Stind_I4);
                return true;
            case ColdCode.Lmw: return EmitLoadMultiple(i);
            case ColdCode.Stb or ColdCode.Stbu or ColdCode.Stbx or ColdCode.Stbux: return EmitStore(i, 0);
            case ColdCode.Sth or ColdCode.Sthu or ColdCode.Sthx or ColdCode.Sthux: return EmitStore(i, 1);
            case ColdCode.Stw or ColdCode.Stwu or ColdCode.Stwx or ColdCode.Stwux: return EmitStore(i, 2);
            case ColdCode.Sthbrx: return EmitStore(i, 1, reversed: true);
            case ColdCode.Stwbrx: return EmitStore(i, 2, reversed: true);
            case ColdCode.Stwcx: return EmitStoreConditional(i);
            case ColdCode.Stmw: return EmitStoreMultiple(i);
            case ColdCode.Touch:
                EffectiveAddress(i);
                LookUp(_readTable, 0, ExitReason.ReadMiss);
                return true;
            case ColdCode.Dcbz: return EmitClearLine(i);
            default: return false;
        }
    }

    private static bool IsIndexed(ColdCode code) => code is
        ColdCode.Lbzx or ColdCode.Lbzux or ColdCode.Lhzx or ColdCode.Lhzux or ColdCode.Lhax or ColdCode.Lhaux or ColdCode.Lwzx or ColdCode.Lwzux
        or ColdCode.Lhbrx or ColdCode.Lwbrx or ColdCode.Lwarx
        or ColdCode.Stbx or ColdCode.Stbux or ColdCode.Sthx or ColdCode.Sthux or ColdCode.Stwx or ColdCode.Stwux
        or ColdCode.Sthbrx or ColdCode.Stwbrx or ColdCode.Stwcx or ColdCode.Touch or ColdCode.Dcbz;

    /// <summary>Computes the effective address into its local.</summary>
    private void EffectiveAddress(in DecodedInstruction i)
    {
        bool indexed = IsIndexed(i.Code);
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
    /// <param name="table">Soft page table.</param>
    /// <param name="sizeLog">Logarithm of the size in bytes.</param>
    /// <param name="miss">Which side missed.</param>
    private void LookUp(LocalBuilder table, int sizeLog, ExitReason miss)
    {
        LookUpPage(table, miss);
        if (sizeLog == 0)
            return;

        // A misaligned access is as good as any while it stays in the page. The test waits for nothing but the address, unlike one that took part in the look-up.
        int size = 1 << sizeLog;
        Label misaligned = _il.DefineLabel();
        Label fine = _il.DefineLabel();
        Label leave = ExitHere(miss);
        BranchIfMisaligned(size, misaligned);
        _il.MarkLabel(fine);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(misaligned);
            _il.Emit(OpCodes.Ldloc, _effective);
            Constant(0xfff);
            Op(OpCodes.And);
            _il.Emit(OpCodes.Ldc_I4, 0x1000 - size);
            _il.Emit(OpCodes.Ble_Un, fine);
            _il.Emit(OpCodes.Br, leave);
        });
    }

    /// <summary>The same for lwarx and stwcx., whose misaligned accesses the interpreter refuses.</summary>
    private void LookUpAligned(LocalBuilder table, ExitReason miss)
    {
        LookUpPage(table, miss);
        BranchIfMisaligned(4, ExitHere(miss));
    }

    private void BranchIfMisaligned(int size, Label label)
    {
        _il.Emit(OpCodes.Ldloc, _effective);
        _il.Emit(OpCodes.Ldc_I4, size - 1);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Brtrue, label);
    }

    private void LookUpPage(LocalBuilder table, ExitReason miss)
    {
        _il.Emit(OpCodes.Ldloc, table);
        _il.Emit(OpCodes.Ldloc, _effective);
        _il.Emit(OpCodes.Ldc_I4, 12);
        Op(OpCodes.Shr_Un, OpCodes.Conv_U);
        AddTableEntry(miss);
    }

    /// <summary>From table and index on the stack: loads the entry, leaves the region when it is zero, and makes it a host address.</summary>
    private void AddTableEntry(ExitReason miss)
    {
        Op(OpCodes.Ldc_I4_3, OpCodes.Shl, OpCodes.Add, OpCodes.Ldind_I8);
        _il.Emit(OpCodes.Stloc, _host);
        _il.Emit(OpCodes.Ldloc, _host);
        _il.Emit(OpCodes.Brfalse, ExitHere(miss));
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

    private bool EmitLoad(in DecodedInstruction i, int sizeLog, bool signed = false, bool reversed = false)
    {
        EffectiveAddress(i);
        if (i.Code == ColdCode.Lwarx)
            LookUpAligned(_readTable, ExitReason.ReadMiss);
        else
            LookUp(_readTable, sizeLog, ExitReason.ReadMiss);
        HostAddress();
        switch (sizeLog)
        {
            case 0:
                Op(OpCodes.Ldind_U1);
                break;
            case 1:
                Op(OpCodes.Ldind_U2);
                if (!reversed)
                    _il.Emit(OpCodes.Call, Swap16);
                if (signed)
                    Op(OpCodes.Conv_I2);
                break;
            default:
                Op(OpCodes.Ldind_U4);
                if (!reversed)
                    _il.Emit(OpCodes.Call, Swap32);
                break;
        }

        StoreGpr(i.T);
        Update(i);
        return true;
    }

    private bool EmitStore(in DecodedInstruction i, int sizeLog, bool reversed = false)
    {
        EffectiveAddress(i);
        LookUp(_writeTable, sizeLog, ExitReason.WriteMiss);
        HostAddress();
        LoadGpr(i.T);
        StoreIndirect(sizeLog, reversed);
        Update(i);
        return true;
    }

    private void StoreIndirect(int sizeLog, bool reversed)
    {
        switch (sizeLog)
        {
            case 0:
                Op(OpCodes.Stind_I1);
                break;
            case 1:
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
        if (!Decoder.Row(Decoder.Decode(i.Word)).Is(InstructionFlags.Update))
            return;
        _il.Emit(OpCodes.Ldloc, _effective);
        StoreGpr(i.A);
    }

    /// <summary>Looks up a run of words, which must lie in one page.</summary>
    private void LookUpWords(LocalBuilder table, int words, ExitReason miss)
    {
        _il.Emit(OpCodes.Ldloc, _effective);
        Constant(0xfff);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Ldc_I4, 0x1000 - (4 * words));
        _il.Emit(OpCodes.Bgt_Un, ExitHere(miss));
        LookUpPage(table, miss);
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
            StoreIndirect(2, reversed: false);
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
        StoreIndirect(2, reversed: false);
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
        _il.Emit(OpCodes.Ldloc, _writeTable);
        _il.Emit(OpCodes.Ldloc, _effective);
        _il.Emit(OpCodes.Ldc_I4, 12);
        Op(OpCodes.Shr_Un);
        Constant(DataContext.ClearBase);
        Op(OpCodes.Add, OpCodes.Conv_U);
        AddTableEntry(ExitReason.WriteMiss);
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
