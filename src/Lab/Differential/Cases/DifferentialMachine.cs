using System.Buffers.Binary;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// A machine that is put into the state of one case after the other; that is much cheaper than a new machine for each.
/// </summary>
public sealed unsafe class DifferentialMachine : IDisposable
{
    private const int Page = 4096;
    private static readonly byte[] Zeros = new byte[Page];
    private readonly byte[] _reset;

    /// <summary>Creates the machine.</summary>
    public DifferentialMachine()
    {
        Board = new Board("case", "A processor with memories and a page of registers",
            new ProcessorModel("PPC405EP", 0x51210950, 333_333_333), TestCase.RamSize);
        Board.Memory.MapMemory("SRAM", TestCase.SramStart, TestCase.SmallMemorySize, writable: true);
        Board.Memory.MapMemory("ROM", TestCase.RomStart, TestCase.SmallMemorySize, writable: false);
        Board.Memory.TryCopyIn(TestCase.RomStart, RomContents());
        Board.Memory.MapDevice(
            "registers", TestCase.DeviceStart, CountingRegisters.WindowSize, Board.Add("registers", new CountingRegisters()));
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
            RestorePage(Board.Memory.Windows[0], start, image.AsSpan(start, Page));
        for (int start = 0; start < TestCase.SmallMemorySize; start += Page)
            RestorePage(Board.Memory.Windows[1], start, Zeros);
        foreach (TlbValue entry in loaded.Tlb)
            processor.Tlb.Restore(entry.Index, entry.Hi, entry.Lo, entry.Tid);
        foreach (RegisterValue register in loaded.Registers)
            RegisterNames.Write(processor, register.Name, register.Value);
        processor.Tlb.Observer?.AllTranslationsChanged();
    }

    /// <inheritdoc/>
    public void Dispose() => Board.Dispose();

    private static byte[] RomContents()
    {
        byte[] contents = new byte[TestCase.SmallMemorySize];
        for (int offset = 0; offset < contents.Length; offset += 4)
            BinaryPrimitives.WriteUInt32BigEndian(contents.AsSpan(offset), (uint)((~offset << 16) | offset));
        return contents;
    }

    private void RestorePage(PhysicalWindow memory, int start, ReadOnlySpan<byte> wanted)
    {
        ReadOnlySpan<byte> present = new(memory.Host + start, Page);
        int first = present.CommonPrefixLength(wanted);
        if (first == Page)
            return;
        int last = Page - 1;
        while (present[last] == wanted[last])
            last--;
        Board.Memory.TryCopyIn(memory.Start + (uint)(start + first), wanted[first..(last + 1)]);
    }
}
