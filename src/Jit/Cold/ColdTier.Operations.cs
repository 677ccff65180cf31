using System.Runtime.CompilerServices;
using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Cold;

/// <content>What the instructions of the cold tier have in common.</content>
internal sealed unsafe partial class ColdTier
{
    /// <summary>
    /// The general registers, which the state begins with. The field itself would be checked for null at each use.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint* R(CpuState* s) => (uint*)s;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AddressOf(CodePage page, DecodedInstruction* first, DecodedInstruction* i) =>
        page.Effective + ((uint)((nuint)i - (nuint)first) >> 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BaseD(CpuState* s, DecodedInstruction* i) => R(s)[i->A] + i->Immediate;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BaseX(CpuState* s, DecodedInstruction* i) => R(s)[i->A] + R(s)[i->B];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Record(CpuState* s, uint result) => s->Cr[0] = (int)result ^ s->XerSo;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToT(CpuState* s, DecodedInstruction* i, uint result)
    {
        R(s)[i->T] = result;
        if (i->Rc != 0)
            Record(s, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToA(CpuState* s, DecodedInstruction* i, uint result)
    {
        R(s)[i->A] = result;
        if (i->Rc != 0)
            Record(s, result);
    }

    /// <summary>Adds and sets CA.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add(CpuState* s, uint a, uint b, uint carry)
    {
        ulong sum = (ulong)a + b + carry;
        s->XerCa = (uint)(sum >> 32);
        return (uint)sum;
    }

    /// <summary>Sets OV, and SO with it.</summary>
    private static void SetOverflow(CpuState* s, bool overflows)
    {
        s->XerOv = overflows ? 1u : 0;
        if (overflows)
            s->XerSo = CrField.SummaryOverflow;
    }

    // The forms that set OV are rare: methods of their own leave the room for inlining to the others.

    /// <summary>Adds and sets OV.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint AddOverflow(CpuState* s, uint a, uint b, uint carry)
    {
        // Both addends have the same sign and the sum has the other; a carry has the sign of 0.
        uint sum = a + b + carry;
        SetOverflow(s, (int)((a ^ sum) & (b ^ sum)) < 0);
        return sum;
    }

    /// <summary>Adds and sets CA and OV.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint AddCarryOverflow(CpuState* s, uint a, uint b, uint carry)
    {
        uint sum = Add(s, a, b, carry);
        SetOverflow(s, (int)((a ^ sum) & (b ^ sum)) < 0);
        return sum;
    }

    /// <summary>Makes 32 bits of a result, and sets OV when it does not fit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint NarrowOverflow(CpuState* s, long result, bool signed)
    {
        SetOverflow(s, result != (signed ? (int)result : (uint)result));
        return (uint)result;
    }

    private static uint ShiftAlgebraic(CpuState* s, uint source, int amount)
    {
        long wide = (int)source;
        long result = wide >> amount;
        s->XerCa = wide < 0 && (result << amount) != wide ? 1u : 0;
        return (uint)result;
    }

    /// <summary>The result of an instruction of the multiply-accumulate group.</summary>
    private static uint Halfword(uint* g, DecodedInstruction* i) =>
        Saturated((HalfwordForm)i->Immediate, HalfwordSum(g, i));

    /// <summary>The same, which sets OV when the sum does not fit, saturated or not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint HalfwordOverflow(CpuState* s, DecodedInstruction* i)
    {
        HalfwordForm form = (HalfwordForm)i->Immediate;
        long sum = HalfwordSum(R(s), i);
        NarrowOverflow(s, sum, form.HasFlag(HalfwordForm.Signed));
        return Saturated(form, sum);
    }

    private static long HalfwordSum(uint* g, DecodedInstruction* i)
    {
        HalfwordForm form = (HalfwordForm)i->Immediate;
        bool signed = form.HasFlag(HalfwordForm.Signed);
        uint a = form.HasFlag(HalfwordForm.HighA) ? g[i->A] >> 16 : g[i->A] & 0xffff;
        uint b = form.HasFlag(HalfwordForm.HighB) ? g[i->B] >> 16 : g[i->B] & 0xffff;
        long product = signed ? (short)a * (short)b : (long)a * b;
        if ((form & (HalfwordForm.Accumulate | HalfwordForm.Subtract)) == 0)
            return product;
        long sum = signed ? (int)g[i->T] : g[i->T];
        return sum + (form.HasFlag(HalfwordForm.Subtract) ? -product : product);
    }

    private static uint Saturated(HalfwordForm form, long sum)
    {
        if (form.HasFlag(HalfwordForm.Saturate))
            sum = form.HasFlag(HalfwordForm.Signed) ? Math.Clamp(sum, int.MinValue, int.MaxValue) : Math.Min(sum, uint.MaxValue);
        return (uint)sum;
    }

    private static bool Traps(int to, uint a, uint b) =>
        ((((int)a < (int)b ? 16 : 0) | (
            (int)a > (int)b ? 8 : 0) | (a == b ? 4 : 0) | (a < b ? 2 : 0) | (a > b ? 1 : 0)) & to) != 0;

    private static bool CrBit(CpuState* s, int bit) => CrBits.Test(s->Cr[bit >> 2], bit & 3);

    /// <summary>Decides a conditional branch, and counts CTR down where BO asks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Condition(CpuState* s, DecodedInstruction* i)
    {
        int bo = i->T;
        if ((bo & 4) == 0 && (--s->Ctr != 0) == ((bo & 2) != 0))
            return false;
        return (bo & 16) != 0 || CrBit(s, Field.Bi(i->Word)) == ((bo & 8) != 0);
    }

    private static void CrLogic(CpuState* s, DecodedInstruction* i)
    {
        (int t, int a, int b) = (Field.Bt(i->Word) >> 2, Field.Ba(i->Word) >> 2, Field.Bb(i->Word) >> 2);
        s->Cr[t] = CrBits.Combine(s->Cr[t], s->Cr[a], s->Cr[b], i->Immediate);
    }

    private static void MoveToCr(CpuState* s, uint mask, uint value)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((mask & (0x80u >> n)) != 0)
                s->Cr[n] = CrField.Encode((value >> (28 - (4 * n))) & 0xf);
        }
    }
}
