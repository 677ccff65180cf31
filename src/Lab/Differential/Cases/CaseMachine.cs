using System.Buffers.Binary;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>A machine that is put into the state of one case after the other; that is much cheaper than a new machine for each.</summary>
public sealed unsafe class CaseMachine : IDisposable
{
    private const int Page = 4096;
    private readonly byte[] _reset;

    /// <summary>Creates the machine.</summary>
    public CaseMachine()
    {
        Board = new Board("case", "A processor with RAM and nothing else", new ProcessorModel("PPC405EP", 0x51210950, 333_333_333), TestCase.RamSize);
        Board.Processor.State->Pc = TestCase.DefaultPc;
        StateWriter writer = new();
        Board.Save(writer);
        _reset = writer.Written.ToArray();
    }

    /// <summary>The machine.</summary>
    public Board Board { get; }

    /// <summary>Gives the RAM contents of a case.</summary>
    public static byte[] Image(IReadOnlyList<MemoryBlock> blocks)
    {
        byte[] image = new byte[TestCase.RamSize];
        foreach (MemoryBlock block in blocks)
        {
            for (int n = 0; n < block.Words.Length; n++)
                BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan((int)block.Address + (4 * n)), block.Words[n]);
        }

        return image;
    }

    /// <summary>Puts the machine into the state of a case.</summary>
    /// <param name="loaded">The case.</param>
    /// <param name="image">Its RAM contents, from <see cref="Image"/>; only what differs is copied.</param>
    public void Load(TestCase loaded, byte[] image)
    {
        Processor processor = Board.Processor;
        Board.Load(new StateReader(_reset));
        for (int start = 0; start < image.Length; start += Page)
            RestorePage(start, image.AsSpan(start, Page));
        foreach (TlbValue entry in loaded.Tlb)
            processor.Tlb.Restore(entry.Index, entry.Hi, entry.Lo, entry.Tid);
        foreach (RegisterValue register in loaded.Registers)
            RegisterNames.Write(processor, register.Name, register.Value);
        processor.Tlb.Observer?.AllTranslationsChanged();
    }

    /// <inheritdoc/>
    public void Dispose() => Board.Dispose();

    private void RestorePage(int start, ReadOnlySpan<byte> wanted)
    {
        ReadOnlySpan<byte> present = new(Board.Memory.Ram + start, Page);
        int first = present.CommonPrefixLength(wanted);
        if (first == Page)
            return;
        int last = Page - 1;
        while (present[last] == wanted[last])
            last--;
        Board.Memory.TryCopyIn((uint)(start + first), wanted[first..(last + 1)]);
    }
}
