using BenchmarkDotNet.Attributes;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Benchmarks;

/// <summary>Cost of bringing a guest onto a board, by the format of its image, and of reading a device tree.</summary>
[MemoryDiagnoser]
public class LoaderBenchmarks
{
    private const int PayloadBytes = 2 << 20;
    private const uint LoadAddress = 0x0040_0000;

    private Board _board = null!;
    private TemporaryFile _treeFile = null!;
    private byte[] _payload = [];
    private byte[] _plain = [];
    private byte[] _packed = [];
    private byte[] _tree = [];

    [GlobalSetup]
    public void Create()
    {
        _board = Ref405ep.Create(new BoardOptions());
        ReadOnlySpan<byte> program = DemoGuest.Image.Span;

        // As compressible as programs are, by a third or so: machine code with numbers between
        _payload = new byte[PayloadBytes];
        Random random = new(405);
        for (int done = 0; done < PayloadBytes; done++)
            _payload[done] = done % 4096 < 1024 ? (byte)random.Next(256) : program[done % program.Length];
        _plain = new UImageBuilder(_payload) { Load = LoadAddress, Entry = LoadAddress }.Build();
        _packed = new UImageBuilder(Compressed.Gzip(_payload)) { Load = LoadAddress, Entry = LoadAddress, Compression = 1 }.Build();
        _tree = FlattenedTreeWriter.Write(SampleTree.Create());
        _treeFile = new TemporaryFile(_tree);
    }

    [GlobalCleanup]
    public void Close()
    {
        _treeFile.Dispose();
        _board.Dispose();
    }

    [Benchmark]
    public string ELF_of_the_demo_guest() => Load(DemoGuest.Image, new BootOptions { ImagePath = DemoGuest.DisplayName });

    [Benchmark]
    public string Raw_binary_of_2_MiB() => Load(_payload, new BootOptions { ImagePath = "raw", LoadAddress = LoadAddress });

    [Benchmark]
    public string UImage_of_2_MiB() => Load(_plain, new BootOptions { ImagePath = "uImage" });

    [Benchmark]
    public string UImage_with_gzip_of_2_MiB() => Load(_packed, new BootOptions { ImagePath = "uImage" });

    [Benchmark]
    public string Raw_binary_with_a_device_tree() =>
        Load(_payload, new BootOptions { ImagePath = "raw", LoadAddress = LoadAddress, DtbPath = _treeFile.Path, CommandLine = "console=ttyS0" });

    [Benchmark]
    public object Device_tree_alone() => SampleTree.Parse(_tree);

    private string Load(ReadOnlyMemory<byte> image, BootOptions options) => GuestLoader.Load(_board, image, options.ImagePath, options).Description;
}
