using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using PpcJit.Kernel.Guests;
using PpcJit.Machine.Isa;

namespace PpcJit.Benchmarks;

/// <summary>Cost of recognising and of printing an instruction, over the words of a real program.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Words = 2_000;

    /// <summary>After the headers of the file.</summary>
    private const int FirstByte = 0x1000;

    private readonly uint[] _words = new uint[Words];

    [GlobalSetup]
    public void Read()
    {
        ReadOnlySpan<byte> image = DemoGuest.Image.Span;
        int first = Math.Min(FirstByte, image.Length / 8 * 4);
        for (int n = 0; n < Words; n++)
            _words[n] = BinaryPrimitives.ReadUInt32BigEndian(image[(first + 4 * n % (image.Length - first - 3) / 4 * 4)..]);
    }

    [Benchmark(OperationsPerInvoke = Words)]
    public int Decode()
    {
        int sum = 0;
        foreach (uint word in _words)
            sum += (int)Decoder.Decode(word);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Words)]
    public int Disassemble()
    {
        int length = 0;
        foreach (uint word in _words)
            length += Disassembler.Disassemble(word, 0).Length;
        return length;
    }
}
