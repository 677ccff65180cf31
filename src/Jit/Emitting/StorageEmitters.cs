using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Emitting;

/// <summary>Loads, stores and what works on a cache block.</summary>
internal static class StorageEmitters
{
    private const int BlockSize = 32;

    /// <summary>Turns round the bytes of a word.</summary>
    public static readonly MethodInfo Swap32 = typeof(BinaryPrimitives)
        .GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(uint)])!;

    /// <summary>Turns round the bytes of a halfword.</summary>
    public static readonly MethodInfo Swap16 = typeof(BinaryPrimitives)
        .GetMethod(nameof(BinaryPrimitives.ReverseEndianness), [typeof(ushort)])!;

    public static void Load(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.Find(i);
        LoadFound(c, i);
        DecodedInstruction again = i;
        c.Pages.FinishLoad(() => LoadFound(c, again));
        Update(c, i);
    }

    public static void LoadReserved(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.FindAligned(i);
        LoadFound(c, i);
        c.Il.Field(Offsets.Reservation).Int(1).Op(OpCodes.Stind_I4);
    }

    public static void LoadMultiple(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.FindRun(i, 4 * (32 - i.T));
        for (int r = i.T; r < 32; r++)
        {
            c.Pages.PushHost(4 * (r - i.T)).Op(OpCodes.Ldind_U4).Call(Swap32);
            c.To(r);
        }
    }

    /// <summary>lswi: the last register may get fewer bytes than four, at its high end.</summary>
    public static void LoadString(RegionContext c, in DecodedInstruction i)
    {
        int bytes = Bytes(i);
        c.Pages.FindRun(i, bytes);
        for (int done = 0; done < bytes; done += 4)
        {
            int left = Math.Min(4, bytes - done);
            if (left == 4)
            {
                c.Pages.PushHost(done).Op(OpCodes.Ldind_U4).Call(Swap32);
            }
            else
            {
                for (int n = 0; n < left; n++)
                {
                    c.Pages.PushHost(done + n).Op(OpCodes.Ldind_U1).Int((uint)(24 - (8 * n))).Op(OpCodes.Shl);
                    if (n > 0)
                        c.Op(OpCodes.Or);
                }
            }

            c.To((i.T + (done / 4)) & 31);
        }
    }

    /// <summary>stswi: the same from registers.</summary>
    public static void StoreString(RegionContext c, in DecodedInstruction i)
    {
        int bytes = Bytes(i);
        c.Pages.FindRun(i, bytes);
        for (int done = 0; done < bytes; done += 4)
        {
            int left = Math.Min(4, bytes - done);
            int register = (i.T + (done / 4)) & 31;
            if (left == 4)
            {
                c.Pages.PushHost(done);
                c.Gpr(register);
                StoreIndirect(c, 4, reversed: false);
                continue;
            }

            for (int n = 0; n < left; n++)
            {
                c.Pages.PushHost(done + n);
                c.Gpr(register).Int((uint)(24 - (8 * n))).Op(OpCodes.Shr_Un, OpCodes.Stind_I1);
            }
        }
    }

    public static void Store(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.Find(i);
        c.Pages.PushHost();
        c.Gpr(i.T);
        StoreIndirect(c, i.Traits.Size, i.Traits.IsByteReversed);
        Update(c, i);
    }

    public static void StoreMultiple(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.FindRun(i, 4 * (32 - i.T));
        for (int r = i.T; r < 32; r++)
        {
            c.Pages.PushHost(4 * (r - i.T));
            c.Gpr(r);
            StoreIndirect(c, 4, reversed: false);
        }
    }

    /// <summary>stwcx.: the page is looked up whether or not the reservation holds, as the exceptions ask.</summary>
    public static void StoreConditional(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.FindAligned(i);
        Label lost = c.Il.DefineLabel();
        Label done = c.Il.DefineLabel();
        c.Il.LoadField(Offsets.Reservation, typeof(uint)).Branch(OpCodes.Brfalse, lost);
        c.Pages.PushHost();
        c.Gpr(i.T);
        StoreIndirect(c, 4, reversed: false);
        c.Il.Field(Offsets.Reservation).Int(0).Op(OpCodes.Stind_I4);
        SetCr0(c, CrField.Eq);
        c.Il.GoTo(done).Mark(lost);
        SetCr0(c, 0);
        c.Il.Mark(done);
    }

    /// <summary>dcbf, dcbst and icbi only need the address to be readable.</summary>
    public static void Touch(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.Find(i);
        c.Pages.FinishLoad(() => { });
    }

    /// <summary>dcbz.</summary>
    public static void ClearBlock(RegionContext c, in DecodedInstruction i)
    {
        c.Pages.FindBlock(i, BlockSize);
        for (int offset = 0; offset < BlockSize; offset += sizeof(long))
            c.Pages.PushHost(offset).Long(0).Op(OpCodes.Stind_I8);
    }

    /// <summary>How many bytes lswi and stswi move.</summary>
    private static int Bytes(in DecodedInstruction i) => i.B == 0 ? 32 : i.B;

    private static void LoadFound(RegionContext c, in DecodedInstruction i)
    {
        CodeTraits traits = i.Traits;
        c.Pages.PushHost();
        switch (traits.Size)
        {
            case 1:
                c.Op(OpCodes.Ldind_U1);
                break;
            case 2:
                c.Op(OpCodes.Ldind_U2);
                if (!traits.IsByteReversed)
                    c.Call(Swap16);
                if (traits.IsSigned)
                    c.Op(OpCodes.Conv_I2);
                break;
            default:
                c.Op(OpCodes.Ldind_U4);
                if (!traits.IsByteReversed)
                    c.Call(Swap32);
                break;
        }

        c.To(i.T);
    }

    private static void StoreIndirect(RegionContext c, int size, bool reversed)
    {
        switch (size)
        {
            case 1:
                c.Op(OpCodes.Stind_I1);
                break;
            case 2:
                c.Op(OpCodes.Conv_U2);
                if (!reversed)
                    c.Call(Swap16);
                c.Op(OpCodes.Stind_I2);
                break;
            default:
                if (!reversed)
                    c.Call(Swap32);
                c.Op(OpCodes.Stind_I4);
                break;
        }
    }

    private static void Update(RegionContext c, in DecodedInstruction i)
    {
        if (!i.Traits.Updates)
            return;
        c.Effective.Load();
        c.To(i.A);
    }

    private static void SetCr0(RegionContext c, uint bits)
    {
        c.Il.Long(CrField.Encode(bits));
        c.Registers.StoreCompared(0);
    }
}
