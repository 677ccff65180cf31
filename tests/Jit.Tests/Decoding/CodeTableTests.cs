using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Emitting;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Tests.Decoding;

/// <summary>The properties of the decoded form: complete, and in agreement with the instruction table.</summary>
public sealed class CodeTableTests
{
    private const int WordsOfARow = 32;

    private static IEnumerable<Op> Instructions => Enum.GetValues<Op>().Where(op => op != Op.Illegal);

    [TestCaseSource(nameof(Instructions))]
    public void An_instruction_that_is_not_left_to_the_interpreter_has_an_emitter(Op op)
    {
        foreach (uint word in WordsOf(op))
        {
            DecodedInstruction[] page = new DecodedInstruction[CodePage.Words];
            page[0] = DecodedInstruction.From(word);
            page[1] = DecodedInstruction.From(0x48000000); // b to itself
            Region? region = RegionCompiler.Compile(page, 0, 0, -1, new JitOptions());
            Assert.That(region is null, Is.EqualTo(page[0].Code == Codes.Interpret), Codes.NameOf(page[0].Code));
        }
    }

    [TestCaseSource(nameof(Instructions))]
    public void Only_what_is_left_to_the_interpreter_on_purpose_has_no_code_of_its_own(Op op) =>
        Assert.That(
            WordsOf(op).All(word => DecodedInstruction.From(word).Code == Codes.Interpret),
            Is.EqualTo(InstructionCodes.LeftToTheInterpreter.Contains(op) && op is not (Op.Mfspr or Op.Mtspr)));

    [Test]
    public void A_code_without_an_emitter_fails_at_start() =>
        Assert.That(
            () => EmitterTable.Bind([typeof(LogicalEmitters)]),
            Throws.InvalidOperationException.With.Message.Contains("has no emitter"));

    [Test]
    public void An_emitter_without_a_code_fails_at_start() =>
        Assert.That(
            () => EmitterTable.Bind([.. EmitterTable.Topics, typeof(NobodysEmitters)]),
            Throws.InvalidOperationException.With.Message.Contains(nameof(NobodysEmitters.Frobnicate)));

    [Test]
    public void Every_code_comes_from_some_instruction()
    {
        HashSet<Op> found = [.. Instructions.SelectMany(WordsOf).Select(word => DecodedInstruction.From(word).Code)];
        Assert.That(CodeTraits.All.Select(traits => traits.Code).Except(found), Is.EquivalentTo([Codes.Undecoded, Codes.PageEnd]));
        Assert.That(found.Except(CodeTraits.All.Select(traits => traits.Code)), Is.Empty, "codes without properties");
    }

    [Test]
    public void Each_code_has_a_name_of_its_own() =>
        Assert.That(CodeTraits.All.Select(traits => Codes.NameOf(traits.Code)), Is.Unique.And.Contains("Addo").And.Contains("Li"));

    [TestCaseSource(nameof(Instructions))]
    public void The_properties_of_a_code_are_those_of_its_instruction(Op op)
    {
        InstructionRow row = InstructionTable.Row(op);
        foreach (DecodedInstruction decoded in WordsOf(op).Select(DecodedInstruction.From).Where(
            decoded => decoded.Code is not (Codes.Interpret or Codes.Nop)))
        {
            CodeTraits traits = decoded.Traits;
            Assert.That(traits.Updates, Is.EqualTo(row.Is(InstructionFlags.Update)), "Updates");
            Assert.That(traits.UsesWriteTable, Is.EqualTo(row.Is(InstructionFlags.Store)), "UsesWriteTable");
            if (traits.Kind != CodeKind.Touch)
                Assert.That(traits.UsesReadTable, Is.EqualTo(row.Is(InstructionFlags.Load)), "UsesReadTable");
            if (traits.Size != 0)
                Assert.That(traits.IsIndexed, Is.EqualTo(row.TryGetField('b', out _)), "IsIndexed");
            if (row.Is(InstructionFlags.EndsBlock))
                Assert.That(traits.EndsBlock, "EndsBlock");
            if (row.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.Privileged | InstructionFlags.Traps))
                Assert.That(traits.MayExit, "MayExit");
        }
    }

    [TestCaseSource(nameof(Instructions))]
    public void The_decoded_form_knows_its_instruction(Op op) =>
        Assert.That(WordsOf(op).Select(word => DecodedInstruction.From(word).Op), Has.All.EqualTo(op));

    /// <summary>Words of an instruction: random operands, and each special register where there is one.</summary>
    private static IEnumerable<uint> WordsOf(Op op)
    {
        InstructionRow row = InstructionTable.Row(op);
        Random random = new((int)op);
        yield return row.BaseWord;
        for (int n = 0; n < WordsOfARow; n++)
            yield return row.RandomWord(random);
        if (!row.TryGetField('S', out _) || row.Is(InstructionFlags.Privileged))
            yield break;
        for (uint spr = 0; spr < 1024; spr++)
            yield return row.BaseWord | (3 << 21) | ((spr & 31) << 16) | (spr >> 5 << 11);
    }

    /// <summary>An emitter of an instruction that does not exist.</summary>
    private static class NobodysEmitters
    {
        public static void Frobnicate(RegionContext context, in DecodedInstruction i) => context.Gpr(i.A).To(i.T);
    }
}
