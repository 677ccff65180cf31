using BenchmarkDotNet.Attributes;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Memory;

namespace PpcJit.Benchmarks;

/// <summary>Cost of looking at a whole board, of and of saving and loading its state without its memories.</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    private static readonly BootOptions Options = new() { ImagePath = DemoGuest.DisplayName };

    private readonly StateWriter _writer = new();
    private Board _board = null!;
    private byte[] _saved = [];

    [GlobalSetup]
    public void Create()
    {
        _board = Ref405ep.Create(new BoardOptions());
        GuestLoader.Load(_board, DemoGuest.Image, DemoGuest.DisplayName, Options);
        Save();
        _saved = _writer.Written.ToArray();
    }

    [GlobalCleanup]
    public void Close() => _board.Dispose();

    [Benchmark]
    public ulong State_hash_of_a_board_with_128_MiB() => _board.StateHash();

    [Benchmark]
    public void Save()
    {
        _writer.Clear();
        _board.Save(_writer);
    }

    [Benchmark]
    public void Load() => _board.Load(new StateReader(_saved));
}
