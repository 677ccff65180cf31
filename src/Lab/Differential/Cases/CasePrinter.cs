using System.Text;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>Writes a case as a file that <see cref="CaseParser"/> reads.</summary>
public static class CasePrinter
{
    private const int CommentColumn = 34;
    private const int WordsPerLine = 8;

    /// <summary>Gives the file's text.</summary>
    public static string Print(TestCase printed)
    {
        StringBuilder text = new();
        foreach (string comment in printed.Comments)
            text.Append($"# {comment}".TrimEnd()).Append('\n');
        IReadOnlyList<MemoryBlock>? inherited = null;
        foreach (TestCase stage in printed.Before.Append(printed))
        {
            if (inherited is not null)
                text.Append("then\n");
            text.Append($"run {string.Join(' ', stage.Points)}\n");
            Append(text, stage.Registers, stage.Tlb, ReferenceEquals(stage.Memory, inherited) ? [] : stage.Memory, "");
            inherited = stage.Memory;
        }

        if (printed.ExpectedRegisters.Count + printed.ExpectedTlb.Count + printed.ExpectedMemory.Count > 0)
        {
            text.Append("expect\n");
            Append(text, printed.ExpectedRegisters, printed.ExpectedTlb, printed.ExpectedMemory, "    ");
        }

        return text.ToString();
    }

    private static void Append(
        StringBuilder text, IReadOnlyList<RegisterValue> registers, IReadOnlyList<TlbValue> tlb,
            IReadOnlyList<MemoryBlock> memory, string indent)
    {
        foreach (RegisterValue register in registers)
            text.Append($"{indent}{register.Name} = {register.Value:x8}\n");
        foreach (TlbValue entry in tlb)
            text.Append($"{indent}tlb {entry.Index} = {entry.Hi:x8} {entry.Lo:x8} {entry.Tid:x2}\n");
        foreach (MemoryBlock block in memory)
        {
            if (block.IsCode)
                AppendCode(text, block);
            else
                AppendWords(text, block, indent);
        }
    }

    private static void AppendWords(StringBuilder text, MemoryBlock block, string indent)
    {
        for (int first = 0; first < block.Words.Length; first += WordsPerLine)
        {
            IEnumerable<string> words = block.Words.Skip(first).Take(WordsPerLine).Select(word => $"{word:x8}");
            text.Append($"{indent}memory {block.Address + (uint)(4 * first):x8} = {string.Join(' ', words)}\n");
        }
    }

    private static void AppendCode(StringBuilder text, MemoryBlock block)
    {
        text.Append($"code {block.Address:x8}\n");
        for (int n = 0; n < block.Words.Length; n++)
        {
            uint address = block.Address + (uint)(4 * n);
            string line = $"    {Assembler.Print(block.Words[n])}";
            text.Append($"{line.PadRight(CommentColumn)} # {address:x8}  {Disassembler.Disassemble(block.Words[n], address)}\n");
        }
    }
}
