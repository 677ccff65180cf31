using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Reads checks that are sentences: <c>value of EXPR never falls</c> (or rises, or changes), <c>EXPR is a list [through OFFSET]</c> (or a ring),
/// <c>EXPR at SYMBOL</c>, <c>interrupts-off longer than N</c>, <c>freed-memory by F at ADDRESS of SIZE [when EXPR] given by F</c>, and
/// <c>uninitialised-page by F of SIZE</c>.
/// </summary>
internal static class CheckParser
{
    private static readonly (string Word, ValueRule Rule)[] Rules =
        [("falls", ValueRule.NeverFalls), ("rises", ValueRule.NeverRises), ("changes", ValueRule.NeverChanges)];

    /// <summary>Reads a check.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static CheckSentence Parse(Sentence sentence)
    {
        SourceLocation location = sentence.Here;
        CheckSentence check = sentence.TryTake("interrupts-off") ? Limit(sentence, location)
            : sentence.TryTake(CheckCatalog.FreedMemory) ? FreedMemory(sentence, location)
            : sentence.TryTake(CheckCatalog.UninitialisedPage) ? UninitialisedPage(sentence, location)
            : sentence.TryTake("value") ? Value(sentence, location)
            : Other(sentence, location);
        return sentence.AtEnd ? check : throw sentence.Unexpected("the end of the sentence", []);
    }

    private static InterruptsOffSentence Limit(Sentence sentence, SourceLocation location)
    {
        sentence.Expect("longer", "than");
        return new InterruptsOffSentence(sentence.TakeCount("a number of instructions"), sentence.Text, location);
    }

    private static FreedMemorySentence FreedMemory(Sentence sentence, SourceLocation location)
    {
        sentence.Expect("by");
        SymbolReference free = sentence.TakeSymbol("the function that frees");
        sentence.Expect("at");
        Operand address = sentence.TakeOperand("the address of what is freed");
        sentence.Expect("of");
        Operand size = sentence.TakeOperand("its size");
        Operand? condition = sentence.TakeCondition();
        sentence.Expect("given", "by");
        SymbolReference allocate = sentence.TakeSymbol("the function that allocates");
        return new FreedMemorySentence(free, address, size, condition, allocate, sentence.Text, location);
    }

    private static UninitialisedPageSentence UninitialisedPage(Sentence sentence, SourceLocation location)
    {
        sentence.Expect("by");
        SymbolReference allocate = sentence.TakeSymbol("the function that allocates");
        sentence.Expect("of");
        return new UninitialisedPageSentence(allocate, sentence.TakeOperand("the size of a page"), sentence.Text, location);
    }

    private static ValueSentence Value(Sentence sentence, SourceLocation location)
    {
        sentence.Expect("of");
        Operand value = sentence.TakeOperand("a value");
        if (value.Value is SymbolExpression)
            value = value with { Value = new MemoryExpression(value.Value, 4) };
        sentence.Expect("never");
        foreach ((string word, ValueRule rule) in Rules)
        {
            if (sentence.TryTake(word))
                return new ValueSentence(value, rule, sentence.Text, location);
        }

        throw sentence.Unexpected("'falls', 'rises' or 'changes'", Rules.Select(rule => rule.Word));
    }

    private static CheckSentence Other(Sentence sentence, SourceLocation location)
    {
        Operand operand = sentence.TakeOperand("a check or a value");
        if (sentence.TryTake("at"))
            return new InvariantSentence(operand, sentence.TakeSymbol("a symbol"), sentence.Text, location);
        if (!sentence.TryTake("is"))
            throw sentence.Unexpected("'is a list', 'is a ring' or 'at' and a symbol", ["is", "at"]);
        sentence.Expect("a");
        bool isRing = sentence.TryTake("ring");
        if (!isRing && !sentence.TryTake("list"))
            throw sentence.Unexpected("'list' or 'ring'", ["list", "ring"]);
        uint next = 0;
        if (sentence.TryTake("through"))
        {
            SourceLocation here = sentence.Here;
            ulong offset = sentence.TakeCount("the offset of the next element's address");
            next = offset <= ushort.MaxValue ? (uint)offset : throw here.Error("so large is no element of a list.");
        }

        return new ListSentence(operand, next, isRing, sentence.Text, location);
    }
}
