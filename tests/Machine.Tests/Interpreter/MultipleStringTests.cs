using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Load and store multiple, and the string instructions, with every first register and every length. Loads leave the
/// registers that form the address alone, unless the last register is one of them: so says the manual's pseudo-code of
/// these invalid forms.
/// </summary>
internal sealed class MultipleStringTests : StorageBench
{
    private const uint PageEnd = TestMachine.DataBase + 0x400;

    /// <summary>Stands for the first register of the string.</summary>
    private const int Same = -1;

    [TestCase(0x3c0)]
    [TestCase(0x3c1)]
    [TestCase(0x3fe)]
    [TestedOps(Op.Lmw)]
    public void Lmw_loads_up_to_r31(int offset) =>
        EveryPair((target, a) =>
        {
            Before.Gpr[a] = TestMachine.DataBase;
            Check(Assembler.Word(Op.Lmw, ('t', target), ('z', a), ('D', offset)), (r, i) =>
            {
                uint effective = r.GprOrZero(i.Ra) + (uint)i.Si;
                for (int n = i.Rt; n < 32; n++, effective += 4)
                {
                    if (n != i.Ra || n == 31)
                        r.Gpr[n] = Read(effective, 4);
                }
            });
        });

    [TestCase(0x3c0)]
    [TestCase(0x3c1)]
    [TestCase(0x3fe)]
    [TestedOps(Op.Stmw)]
    public void Stmw_stores_up_to_r31(int offset) =>
        EveryPair((source, a) =>
        {
            Before.Gpr[a] = TestMachine.DataBase;
            Check(Assembler.Word(Op.Stmw, ('s', source), ('z', a), ('D', offset)), (r, i) =>
            {
                uint effective = r.GprOrZero(i.Ra) + (uint)i.Si;
                for (int n = i.Rs; n < 32; n++, effective += 4)
                    Write(effective, 4, r.Gpr[n]);
            });
        });

    [TestCase(false)]
    [TestCase(true)]
    [TestedOps(Op.Lswi)]
    public void Lswi_of_every_length_into_every_register(bool translated)
    {
        if (translated)
            TranslateData(littleEndian: true);
        EveryPair((target, a) =>
        {
            for (int length = 0; length < 32; length++)
            {
                Before.Gpr[a] = translated ? ScatteredPages + 0x3f5 : PageEnd - 11;
                Check(
                    Assembler.Word(Op.Lswi, ('t', target), ('z', a), ('N', length)),
                    (r, i) => LoadString(r, i.Rt, r.GprOrZero(i.Ra), i.Sh == 0 ? 32 : i.Sh, [i.Ra]));
            }
        });
    }

    [Test]
    [TestedOps(Op.Stswi)]
    public void Stswi_of_every_length_from_every_register() =>
        EveryPair((source, a) =>
        {
            for (int length = 0; length < 32; length++)
            {
                Before.Gpr[a] = PageEnd - 11;
                Check(
                    Assembler.Word(Op.Stswi, ('s', source), ('z', a), ('N', length)),
                    (r, i) => StoreString(r, i.Rs, r.GprOrZero(i.Ra), i.Sh == 0 ? 32 : i.Sh));
            }
        });

    [Test]
    [TestedOps(Op.Lswx)]
    public void Lswx_of_every_length_into_every_register() =>
        EveryCount((target, a, b) => Check(
            Assembler.Word(Op.Lswx, ('t', target), ('z', a), ('b', b)),
            (r, i) => LoadString(r, i.Rt, r.GprOrZero(i.Ra) + r.Gpr[i.Rb], (int)r.ByteCount, [i.Ra, i.Rb])));

    [Test]
    [TestedOps(Op.Stswx)]
    public void Stswx_of_every_length_from_every_register() =>
        EveryCount((source, a, b) => Check(
            Assembler.Word(Op.Stswx, ('s', source), ('z', a), ('b', b)),
            (r, i) => StoreString(r, i.Rs, r.GprOrZero(i.Ra) + r.Gpr[i.Rb], (int)r.ByteCount)));

    [TestCase("lswx r5,r0,r4")]
    [TestCase("stswx r5,r0,r4")]
    public void A_string_of_no_bytes_touches_nothing(string line)
    {
        Before.Msr = Msr.Dr;
        Before.Gpr[4] = 0xdeadbeef;
        Before.Xer = 0xe0000000;
        Check(Assembler.Word(line), (_, _) => { });
    }

    [TestCase("lmw r20,0(r3)", 0u)]
    [TestCase("lswi r20,r3,32", 0u)]
    [TestCase("lswx r20,r0,r3", 0u)]
    [TestCase("stmw r20,0(r3)", Esr.Dst)]
    [TestCase("stswi r20,r3,32", Esr.Dst)]
    [TestCase("stswx r20,r0,r3", Esr.Dst)]
    public unsafe void One_that_runs_into_an_unmapped_page_changes_no_register_and_can_start_again(string line, uint syndrome)
    {
        TranslateData(littleEndian: false);
        Before.Gpr[3] = ScatteredPages + 0x2000 - 8;
        Before.Xer = 48;
        Check(Assembler.Word(line), (r, _) => (r.Pc, r.Msr) = (0x1100, 0));
        Assert.That(Machine.State->Srr0, Is.EqualTo(TestMachine.CodeBase));
        Assert.That((Machine.State->Dear, Machine.State->Esr), Is.EqualTo((ScatteredPages + 0x2000, syndrome)));
    }

    /// <summary>Every first register with every rA; the memory is compared at the end.</summary>
    private void EveryPair(Action<int, int> check)
    {
        for (int first = 0; first < 32; first++)
        {
            for (int a = 0; a < 32; a++)
            {
                Before.Scramble(Random);
                check(first, a);
            }
        }

        CheckMemory();
    }

    /// <summary>Every XER[TBC] with every first register; the address registers vary, apart and equal.</summary>
    private void EveryCount(Action<int, int, int> check)
    {
        (int A, int B)[] pairs = [(0, 4), (3, 4), (4, 0), (31, 30), (Same, 9), (10, Same), (7, 7)];
        for (uint count = 0; count < 128; count++)
        {
            for (int first = 0; first < 32; first++)
            {
                (int a, int b) = pairs[(count + (5 * first)) % pairs.Length];
                (a, b) = (a == Same ? first : a, b == Same ? first : b);
                Before.Scramble(Random);
                Before.ByteCount = count;
                (Before.Gpr[a], Before.Gpr[b]) = (0x80, a == 0 ? PageEnd - 11 : PageEnd - 0x8b);
                if (a == b)
                    Before.Gpr[a] = (PageEnd - 12) / 2;
                check(first, a, b);
            }
        }

        CheckMemory();
    }

    private void LoadString(Registers r, int first, uint effective, int count, int[] spared)
    {
        byte[] bytes = new byte[(count + 3) / 4 * 4];
        for (int n = 0; n < count; n++)
            bytes[n] = (byte)Read(effective + (uint)n, 1);
        int words = bytes.Length / 4;
        for (int n = 0; n < words; n++)
        {
            int register = (first + n) % 32;
            if (!spared.Contains(register) || n == words - 1)
                r.Gpr[register] = Convert.ToUInt32(Convert.ToHexString(bytes, 4 * n, 4), 16);
        }
    }

    private void StoreString(Registers r, int first, uint effective, int count)
    {
        for (int n = 0; n < count; n++)
        {
            uint rest = r.Gpr[(first + (n / 4)) % 32];
            for (int after = n % 4; after < 3; after++)
                rest /= 256;
            Write(effective + (uint)n, 1, rest % 256);
        }
    }
}
