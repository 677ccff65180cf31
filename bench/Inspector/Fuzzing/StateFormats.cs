using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential.Hostile;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Memory;
using PpcJit.Tests.Support;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>
/// Saved states of guests that use everything on their board at random. Those that are forged have the right checksum and
/// state hash, whatever is in them, and the guest
/// goes on from there.
/// </summary>
internal static class StateFormats
{
    private const ulong SavedAt = 1500;
    private const ulong GoesOnFor = 3000;
    private const ulong Seed = 405;
    private const int Boards = 3;
    private const string Signature = "ppcjit-state 1\nsha256 ";

    private static readonly Sample[] Samples = [.. Enumerable.Range(0, Boards).Select(number => new Sample(number))];

    public static IReadOnlyList<InputFormat> All { get; } =
    [
        new("state", [.. Samples.Select(sample => sample.File)], Load),
        new("forged-state", [.. Samples.Select(sample => sample.Head)], LoadForged),
    ];

    private static void Load(byte[] file)
    {
        using StartedGuest guest = new(SampleFor(file).Guest, jit: false);
        guest.Load(file);
        guest.GoOn();
    }

    private static void LoadForged(byte[] head)
    {
        int blank = head.AsSpan().IndexOf("\n\n"u8);
        if (blank < 0)
            throw new InputException("There is no description.");
        string facts = Encoding.Latin1.GetString(head[..(blank + 1)]);
        Sample sample = SampleFor(head);
        byte[] content = [.. head[(blank + 2)..], .. sample.Tail];
        ulong count, hash;
        using (StartedGuest first = new(sample.Guest, jit: false))
        {
            if (first.TryLoad(Pack(facts, content)))
                return;
            (count, hash) = (first.Machine.Count, first.Machine.Board.StateHash());
        }

        IEnumerable<string> others = facts.Split('\n').Where(line => !line.StartsWith("count ", StringComparison.Ordinal)
            && !line.StartsWith("state-hash ", StringComparison.Ordinal));
        byte[] forged = Pack($"{string.Join('\n', others)}count {count}\nstate-hash {hash:x16}\n", content);
        using StartedGuest second = new(sample.Guest, jit: hash % 2 == 0);
        second.Load(forged);
        second.GoOn();
    }

    /// <summary>The guest of the board that a state names.</summary>
    private static Sample SampleFor(byte[] state) =>
        Array.Find(Samples, one => state.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\nboard {one.Guest.BoardName}\n")) >= 0) ?? Samples[0];

    private static byte[] Pack(string facts, byte[] content)
    {
        using MemoryStream rest = new();
        rest.Write(Encoding.Latin1.GetBytes(facts + "\n"));
        using (GZipStream packed = new(rest, CompressionLevel.Fastest, leaveOpen: true))
            packed.Write(content);
        byte[] bytes = rest.ToArray();
        return [.. Encoding.ASCII.GetBytes($"{Signature}{Convert.ToHexStringLower(SHA256.HashData(bytes))}\n"), .. bytes];
    }

    /// <summary>A state as it is saved, and its parts.</summary>
    private sealed class Sample
    {
        private const int Sum = 64;

        public Sample(int number)
        {
            Guest = new HostileGuest(Seed, (ulong)number, SavedAt);
            using StartedGuest started = new(Guest, jit: false);
            started.Machine.Run(SavedAt);
            using TemporaryFile file = new([]);
            using (OutputFile output = OutputFile.Open("", file.Path))
            {
                StateFile.Write(started.Machine, started.Start, output);
                output.Commit();
            }

            File = System.IO.File.ReadAllBytes(file.Path);
            StateWriter writer = new();
            started.Machine.Keep().Save(writer);
            int facts = Signature.Length + Sum + 1;
            int end = File.AsSpan().IndexOf("\n\n"u8) + 2;
            using MemoryStream content = new();
            using (GZipStream packed = new(new MemoryStream(File[end..]), CompressionMode.Decompress))
                packed.CopyTo(content);
            byte[] bytes = content.ToArray();
            Head = [.. File[facts..end], .. bytes[..writer.Written.Length]];
            Tail = bytes[writer.Written.Length..];
        }

        public HostileGuest Guest { get; }

        public byte[] File { get; }

        /// <summary>The description, and all but memory.</summary>
        public byte[] Head { get; }

        /// <summary>The memories.</summary>
        public byte[] Tail { get; }
    }

    private sealed class StartedGuest : IDisposable
    {
        private readonly Board _board;
        private readonly IEngine _engine;

        public StartedGuest(HostileGuest guest, bool jit)
        {
            _board = guest.CreateBoard();
            _engine = jit ? new JitEngine(_board.Processor, new JitOptions { Background = false, Threshold = 1 })
                : new InterpreterEngine(_board.Processor);
            Machine = new GuestMachine(_board, _engine, new SilentConsole());
            Start = new RunStart(_board, default, new BootOptions { ImagePath = "" }, RunIdentity.Of(_board));
        }

        public GuestMachine Machine { get; }

        public RunStart Start { get; }

        public void Load(byte[] bytes)
        {
            using TemporaryFile file = new(bytes);
            StateFile.Read(file.Path, _board).Load(Machine, Start);
        }

        public bool TryLoad(byte[] bytes)
        {
            try
            {
                Load(bytes);
                return true;
            }
            catch (InputException)
            {
                return false;
            }
        }

        public void GoOn() => Machine.Run(Machine.Count > ulong.MaxValue - GoesOnFor ? ulong.MaxValue : Machine.Count + GoesOnFor);

        public void Dispose()
        {
            _engine.Dispose();
            _board.Dispose();
        }
    }
}
