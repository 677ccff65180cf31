using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// Reads what a kernel is put under: <c>tlb</c>, and <c>memory by FUNCTION with ARGUMENTS at SYMBOL until CONDITION</c>.
/// </summary>
internal static class PressureReader
{
    private static readonly string[] Kinds = ["tlb", "memory"];

    /// <summary>Reads the list.</summary>
    /// <param name="node">The node; null when the file has none.</param>
    /// <param name="injections">Gets what is injected for it.</param>
    /// <returns>Whether there is pressure on the TLB.</returns>
    /// <exception cref="InputException">It is not well formed.</exception>
    public static bool Read(YamlView? node, List<Injection> injections)
    {
        bool tlb = false;
        foreach (YamlView item in node?.Items() ?? [])
        {
            Sentence sentence = ScenarioReader.ToSentence(item);
            if (sentence.AtEnd)
                continue;
            if (sentence.TryTake("tlb"))
                tlb = true;
            else if (sentence.TryTake("memory"))
                injections.Add(Memory(sentence, item.Location));
            else
                throw sentence.Unexpected("'tlb' or 'memory'", Kinds);
            if (!sentence.AtEnd)
                throw sentence.Unexpected("the end of the sentence", []);
        }

        return tlb;
    }

    private static Injection Memory(Sentence sentence, SourceLocation location)
    {
        sentence.Expect("by");
        SymbolReference function = sentence.TakeSymbol("the kernel's function that allocates");
        List<Operand> arguments = [];
        if (sentence.TryTake("with"))
        {
            do
                arguments.Add(sentence.TakeOperand("an argument"));
            while (!sentence.TryTake("at"));
        }
        else
        {
            sentence.Expect("at");
        }

        if (arguments.Count > CallUntil.MaxArguments)
            throw location.Error($"a function gets at most {CallUntil.MaxArguments} arguments.");
        SymbolReference place = sentence.TakeSymbol("a symbol");
        sentence.Expect("until");
        Operand until = sentence.TakeOperand("a condition");
        return new Injection(new CallUntil(function, arguments, until), new InjectionPlace(null, place), Frequency.Once, sentence.Text, location);
    }
}
