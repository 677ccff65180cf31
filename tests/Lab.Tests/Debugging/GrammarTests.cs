using PpcJit.Kernel;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Lines;

namespace PpcJit.Lab.Tests.Debugging;

public sealed unsafe class GrammarTests
{
    private static readonly string[] Noise =
    [
        "exec", "when", "r3", "&", "[", "]", "(", ")", "#", "@", "-", "+", "icount", "u8[", ",", "0x",
        "9999999999999999999999", "main", "console", "\"", "\\", "?", ":", "é", "\0",
        "->", "statistics", "->pit", "tasks", "struct", "*)", "frame",
        "device", "UART0.", "interrupt", "exception", "1.5", "==", "<<", "!", "~", " ", "physical", "write", "panic",
    ];

    private DebuggedGuest _guest = null!;
    private DebugNames _names = null!;

    [SetUp]
    public void CreateGuest()
    {
        _guest = new DebuggedGuest(jit: false);
        SymbolTable symbols = new([
            new("main", 0x1000, 64, SymbolKind.Function, true), new("panic", 0x2000, 64, SymbolKind.Function, true),
            new("console", 0x3000, 4, SymbolKind.Data, true), new("cpu_info", 0x4000, 4, SymbolKind.Data, true),
            new("statistics", 0x5000, 32, SymbolKind.Data, true), new("tasks", 0x6000, 64, SymbolKind.Data, true),
            new("task_stack", 0x7000, 4, SymbolKind.Data, true),
        ]);
        ImageBytes demo = new("guest:demo", EmbeddedGuests.FindSymbols("guest:demo")!.Value);
        _names = new DebugNames(_guest.Board, symbols) { LazyTypes = new Lazy<IProgramTypes?>(() => ArgumentTable.Read(demo)) };
        _names.Findings["lost-return-state"] = new Moment(77);
    }

    [TearDown]
    public void Dispose() => _guest.Dispose();

    [Test]
    public void Every_form_on_the_reference_page_can_be_read()
    {
        int read = 0;
        Assert.Multiple(() =>
        {
            foreach ((string kind, string text) in Forms())
            {
                GrammarError? error = kind switch
                {
                    "moment" => DebugGrammar.ParseMoment(text, _names).Error,
                    "probe" => DebugGrammar.ParseProbe(text, _names).Error,
                    _ => DebugGrammar.ParseExpression(text, _names).Error,
                };
                Assert.That(error?.ToString(), Is.Null, text);
                read++;
            }
        });
        Assert.That(read, Is.GreaterThan(45));
    }

    [TestCase("1 + 2 * 3", 7ul)]
    [TestCase("(1 + 2) * 3", 9ul)]
    [TestCase("1 << 2 + 1", 8ul)]
    [TestCase("6 & 3 == 3", 0ul)]
    [TestCase("1 | 6 ^ 3 & 1", 7ul)]
    [TestCase("0 - 1", 0xfffffffful)]
    [TestCase("-1", 0xfffffffful)]
    [TestCase("-1 > 1", 1ul)]
    [TestCase("1 << 32", 0ul)]
    [TestCase("0xffffffff + 2", 1ul)]
    [TestCase("0x100000000 + 2", 0x100000002ul)]
    [TestCase("icount - 1", ulong.MaxValue)]
    [TestCase("~0", 0xfffffffful)]
    [TestCase("!5 || !0", 1ul)]
    [TestCase("0 && 1 / 0", 0ul)]
    [TestCase("1 || 1 / 0", 1ul)]
    [TestCase("1 ? 2 : 0 ? 3 : 4", 2ul)]
    [TestCase("10 - 4 - 3", 3ul)]
    [TestCase("17 / 5 % 2", 1ul)]
    [TestCase("5M", 5_000_000ul)]
    [TestCase("main+8", 0x1008ul)]
    [TestCase("&panic - main", 0x1000ul)]
    [TestCase("r4 + $r4", 0x24ul)]
    [TestCase("[r5]", 0x11223344ul)]
    [TestCase("u8[r5+1]", 0x22ul)]
    [TestCase("u16[r5 + 2] >> 8", 0x33ul)]
    [TestCase("[r5+1]", 0x22334455ul)]
    public void Expressions_are_worth_what_C_says(string text, ulong expected)
    {
        _guest.State->Gpr[4] = 0x12;
        _guest.State->Gpr[5] = 0x8000;
        _guest.Board.Memory.TryWrite(0x8000, 4, 0x11223344);
        _guest.Board.Memory.TryWrite(0x8004, 4, 0x55667788);
        Parsed<Expression> parsed = DebugGrammar.ParseExpression(text, _names);
        Assert.That(parsed.Error?.ToString(), Is.Null);
        Assert.That(parsed.Value!.Evaluate(_names), Is.EqualTo(new ExpressionValue(expected)));
    }

    [TestCase("1 / 0", "division by zero")]
    [TestCase("[0x70000000]", "memory at 0x70000000 cannot be read")]
    [TestCase("[0xef600300]", "memory at 0xef600300 cannot be read")]
    public void Expressions_without_a_value_say_why_and_hold_for_nothing(string text, string problem)
    {
        ExpressionValue value = DebugGrammar.ParseExpression(text, _names).Value!.Evaluate(_names);
        Assert.That((value.IsTrue, value.ToString()), Is.EqualTo((false, problem)));
    }

    [TestCase("mian+1", "At character 1: there is no register or symbol 'mian'. Did you mean 'main'?")]
    [TestCase("1 +", "At character 4: a value is missing.")]
    [TestCase("(1", "At character 3: ')' is missing.")]
    [TestCase("[1", "At character 3: ']' is missing.")]
    [TestCase("1 2", "At character 3: nothing may follow here, but '2' does.")]
    [TestCase("r3 = 4", "At character 4: nothing may follow here, but '= 4' does.")]
    [TestCase("5x", "At character 1: '5x' is not a number such as 4096, 0x1000 or 5M.")]
    [TestCase("", "At character 1: a value is missing.")]
    public void What_is_wrong_with_an_expression_is_said_with_its_place(string text, string expected) =>
        Assert.That(DebugGrammar.ParseExpression(text, _names).Error?.ToString(), Is.EqualTo(expected));

    [TestCase("exce main", "At character 1: 'exce' cannot be looked for. Did you mean 'exec'?")]
    [TestCase("exec mian", "At character 6: there is no register or symbol 'mian'. Did you mean 'main'?")]
    [TestCase("exec", "At character 5: an address is missing.")]
    [TestCase("write main,0", "At character 12: 0 bytes cannot be watched.")]
    [TestCase("exception data-tlb-mis", "At character 11: there is no exception 'data-tlb-mis'. Did you mean 'data-tlb-miss'?")]
    [TestCase("interrupt put", "At character 11: there is no interrupt 'put'. Did you mean 'pit'")]
    [TestCase("device UARTO.THR", "At character 8: there is no device 'UARTO'. Did you mean 'UART0'")]
    [TestCase("device UART0.THX", "At character 14: UART0 has no register 'THX'. Did you mean 'THR'")]
    [TestCase("tlbwe main", "At character 7: nothing may follow here, but 'main' does.")]
    [TestCase("tlbwe when", "At character 11: a condition is missing.")]
    [TestCase("console \"abc", "At character 9: the closing quotation mark is missing.")]
    public void What_is_wrong_with_a_probe_is_said_with_its_place_and_the_nearest_word(string text, string expected) =>
        Assert.That(DebugGrammar.ParseProbe(text, _names).Error?.ToString(), Does.StartWith(expected));

    [TestCase("rest", "At character 1: 'rest' is no moment. Did you mean 'reset'?")]
    [TestCase("main", "At character 1: 'main' is a symbol: 'main#1' is the first arrival there.")]
    [TestCase("main#0", "At character 6: arrivals are counted from 1.")]
    [TestCase("@x", "At character 2: 'x' is not a count of instructions such as 41,233,107 or 41M.")]
    [TestCase("", "At character 1: a moment is missing")]
    public void What_is_wrong_with_a_moment_is_said_with_its_place_and_the_nearest_word(string text, string expected) =>
        Assert.That(DebugGrammar.ParseMoment(text, _names).Error?.ToString(), Does.StartWith(expected));

    [Test]
    public void What_a_moment_is_printed_as_is_read_as_that_moment([Values(0ul, 7ul, 41_233_107ul)] ulong count, [Values(0, 2)] int exceptions)
    {
        Moment moment = new(count, exceptions);
        Assert.That(DebugGrammar.ParseMoment(moment.ToString(), _names).Value, Is.EqualTo(new CountReference(moment)));
    }

    [TestCase("statistics->system_calls", 0x500cu)]
    [TestCase("tasks->running", 0x6008u)]
    [TestCase("tasks->frame->srr0", 0x8090u)]
    [TestCase("((struct frame *)[task_stack])->dear", 0x8098u)]
    [TestCase("((struct frame *)(r3 + 4))->gpr", null)]
    public void Members_are_where_the_debug_information_says(string text, uint? place)
    {
        uint pointer = 0x8000;
        foreach (uint address in (uint[])[0x6004, 0x7000])
            Assert.That(_guest.Board.Memory.TryWrite(address, 4, pointer), Is.True);
        Expression value = DebugGrammar.ParseExpression(text, _names).Value!;
        if (place is { } at)
            Assert.That(_guest.Board.Memory.TryWrite(at, 4, 0x1234), Is.True);
        _guest.Board.Processor.State->Gpr[3] = 0x9000;
        Assert.That(value.Evaluate(_names), Is.EqualTo(new ExpressionValue(place is null ? 0x9004u : 0x1234u)), "an array is worth its address");
    }

    [TestCase("statistics->pitt", "At character 1: struct statistics has no member 'pitt'. Did you mean 'pit' or 'fit'?")]
    [TestCase("tasks->name->x", "'tasks->name' does not point to a structure.")]
    [TestCase("main->x", "nothing says to which structure 'main' points; '((struct NAME *)VALUE)->MEMBER' does.")]
    [TestCase("r3->x", "nothing says to which structure the value points")]
    [TestCase("(struct frame *)r3->dear", "nothing says to which structure the value points")]
    [TestCase("((struct fram *)r3)->dear", "there is no 'struct fram' with members")]
    [TestCase("(struct frame)r3", "'*' is missing")]
    [TestCase("nothing->x", "there is no register or symbol 'nothing'.")]
    public void Members_that_nothing_is_known_of_are_refused(string text, string problem) =>
        Assert.That(DebugGrammar.ParseExpression(text, _names).Error!.ToString(), Does.Contain(problem));

    [Test]
    public void Without_debug_information_there_are_no_members() => Assert.That(
        DebugGrammar.ParseExpression("main->x", new DebugNames(_guest.Board, [.. _names.Symbols])).Error!.ToString(),
        Does.Contain("members are known only where the guest has debug information"));

    [Test]
    public void A_finding_is_a_moment() =>
        Assert.That(DebugGrammar.ParseMoment("lost-return-state", _names).Value,
            Is.EqualTo(new FindingReference("lost-return-state", new Moment(77))));

    [Test]
    public void No_text_makes_the_reader_throw()
    {
        Random random = new(1);
        for (int n = 0; n < 20_000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(
                _ => Noise[random.Next(Noise.Length)] + (random.Next(2) == 0 ? " " : "")));
            DebugGrammar.ParseMoment(text, _names);
            DebugGrammar.ParseProbe(text, _names);
            DebugGrammar.ParseExpression(text, _names).Value?.Evaluate(_names);
        }
    }

    [TestCase("(")]
    [TestCase("-")]
    [TestCase("[")]
    [TestCase("1?")]
    [TestCase("1+")]
    public void However_long_an_expression_is_it_takes_a_bounded_stack(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 100_000)) + "1";
        Assert.That(DebugGrammar.ParseExpression(text, _names).Error?.Message, Does.Contain("at most"));
    }

    private static IEnumerable<(string Kind, string Text)> Forms()
    {
        string? kind = null;
        foreach (string line in File.ReadLines(Path.Combine(Checkout(), "docs", "grammar.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                kind = kind is null ? line[3..] : null;
            else if (kind is not null)
                yield return (kind, line.Split("   ")[0].TrimEnd());
        }
    }

    private static string Checkout()
    {
        DirectoryInfo folder = new(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
