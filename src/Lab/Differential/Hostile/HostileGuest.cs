using PpcJit.Lab.Debugging;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Lab.Differential.Fuzzing;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Differential.Hostile;

/// <summary>
/// A guest that keeps no rule: programs in a circle that use each device of a whole board at random, rewrite themselves
/// and each other, and write TLB, MSR, timers and debug registers; all follows from a seed and the guest's number.
/// </summary>
public sealed class HostileGuest
{
    private const int MaxPrograms = 8;

    /// <summary>One of this many instructions is an access to a device, a DCR, or another program's code.</summary>
    private const int DeviceEvery = 5;

    /// <summary>Index of the first TLB entry that maps a device; the entries before it are the random ones of <see cref="StateGenerator"/>.</summary>
    private const int FirstDeviceEntry = 40;

    private static readonly FuzzGroup[] Groups =
    [
        FuzzGroup.System, FuzzGroup.Memory, FuzzGroup.SelfModifying, FuzzGroup.Branch, FuzzGroup.Anything,
        FuzzGroup.Integer,
    ];

    private static readonly Op[] Accesses = [Op.Lwz, Op.Lhz, Op.Lbz, Op.Stw, Op.Sth, Op.Stb, Op.Lwz, Op.Stw, Op.Lbz, Op.Stb];

    private readonly Random _random;
    private readonly BoardDescription _description;
    private readonly BoardOptions _options;
    private readonly List<MemoryBlock> _memory = [];
    private readonly List<RegisterValue> _registers = [];
    private readonly List<TlbValue> _tlb = [];

    /// <summary>Generates a guest.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">Number of the guest in the run; boards take turns.</param>
    /// <param name="longest">About how many instructions it runs.</param>
    public HostileGuest(ulong seed, ulong number, ulong longest)
    {
        _random = new Random((int)(((seed * 0x9e3779b97f4a7c15) ^ ((number + 1) * 0xd1342543de82ef95)) >> 33));
        _description = BoardCatalog.All[(int)(number % (ulong)BoardCatalog.All.Count)];
        _options = Smallest(_description);
        using Board board = _description.Create(_options);
        uint entry = WritePrograms(board);
        SetState(board, entry);
        Visits = [.. Enumerable.Range(0, _random.Next(4, 12)).Select(_ => NextVisit(longest)).OrderBy(visit => visit.Count)];
    }

    /// <summary>Name of the board that it runs on.</summary>
    public string BoardName => _description.Name;

    /// <summary>The counts at which engines are compared, rising, and what the world outside does there.</summary>
    public IReadOnlyList<HostileVisit> Visits { get; }

    /// <summary>Creates the board with the guest in it, ready to run.</summary>
    public Board CreateBoard()
    {
        Board board = _description.Create(_options);
        Processor processor = board.Processor;
        foreach (MemoryBlock block in _memory)
        {
            for (int n = 0; n < block.Words.Length; n++)
                board.Memory.TryWrite(block.Address + (4 * (uint)n), 4, block.Words[n]);
        }

        foreach (TlbValue entry in _tlb)
            processor.Tlb.Restore(entry.Index, entry.Hi, entry.Lo, entry.Tid);
        foreach (RegisterValue register in _registers)
            RegisterNames.Write(processor, register.Name, register.Value);
        return board;
    }

    private static BoardOptions Smallest(BoardDescription description)
    {
        for (uint megabytes = 1; ; megabytes *= 2)
        {
            BoardOptions options = new() { MemoryBytes = megabytes << 20 };
            if (description.Validate(options) is null)
                return options;
        }
    }

    private HostileVisit NextVisit(ulong longest)
    {
        byte[] keys = new byte[_random.Next(3) == 0 ? _random.Next(1, 20) : 0];
        byte[] frame = new byte[_random.Next(3) == 0 ? _random.Next(14, 1600) : 0];
        _random.NextBytes(keys);
        _random.NextBytes(frame);
        return new HostileVisit((ulong)_random.NextInt64(1, (long)longest), keys, frame);
    }

    /// <summary>Writes the handlers and a circle of programs, each of which ends with a branch to the next.</summary>
    /// <returns>Address of the first program.</returns>
    private uint WritePrograms(Board board)
    {
        _memory.AddRange(FuzzLayout.HandlerBlocks);
        List<(uint Address, uint[] Code)> programs = [];
        uint address = FuzzLayout.CodeStart + (4 * (uint)_random.Next(0x40));
        int count = _random.Next(2, MaxPrograms + 1);
        for (int n = 0; n < count; n++)
        {
            uint[] code = new ProgramGenerator(_random).Generate(Groups[_random.Next(Groups.Length)]);
            for (int word = 0; word < code.Length - 1; word++)
            {
                if (_random.Next(DeviceEvery) == 0)
                    code[word] = DeviceAccess(board);
            }

            programs.Add((address, code));
            address += (4 * (uint)code.Length) + (4 * (uint)_random.Next(0x2c0));
        }

        for (int n = 0; n < count; n++)
        {
            (uint start, uint[] code) = programs[n];
            uint last = start + (4 * (uint)(code.Length - 1));
            code[^1] = 0x48000000 | ((programs[(n + 1) % count].Address - last) & 0x03fffffc);
            _memory.Add(new MemoryBlock(start, code, IsCode: true));
        }

        uint[] data = new uint[0x2000];
        for (int n = 0; n < data.Length; n++)
            data[n] = (uint)_random.NextInt64(1L << 32);
        _memory.Add(new MemoryBlock(FuzzLayout.CodeEnd, data, IsCode: false));
        return programs[0].Address;
    }

    /// <summary>A load or store by a register that points to a device, mostly, or a move from or to a DCR that a device has.</summary>
    private uint DeviceAccess(Board board)
    {
        bool toDcr = _random.Next(3) == 0 && board.Dcr.Ranges.Count > 0;
        Op op = toDcr ? _random.Next(2) == 0 ? Op.Mfdcr : Op.Mtdcr : Accesses[_random.Next(Accesses.Length)];
        InstructionRow row = InstructionTable.Row(op);
        uint word = row.RandomWord(_random);
        foreach (OperandField field in row.Fields)
        {
            uint value = field.Letter switch
            {
                't' or 's' => (uint)_random.Next(20),
                'z' => (uint)_random.Next(20, 24),
                'D' => (uint)_random.Next(32) * (_random.Next(4) == 0 ? 1u : 4),
                'S' => Swapped(DcrNumber(board)),
                _ => 0,
            };
            word = field.Insert(word, value & (uint)((1ul << field.Width) - 1));
        }

        return word;
    }

    private static uint Swapped(uint number) => ((number & 31) << 5) | (number >> 5);

    private uint DcrNumber(Board board)
    {
        Machine.Buses.DcrRange range = board.Dcr.Ranges[_random.Next(board.Dcr.Ranges.Count)];
        return range.First + (uint)_random.Next((int)(range.Last - range.First + 1));
    }

    /// <summary>
    /// A random state of the fuzzer's kind; r20 to r23 point to devices or wherever the board has something, and TLB
    /// entries map some of it.
    /// </summary>
    private void SetState(Board board, uint entry)
    {
        TestCase state = new StateGenerator(_random).Generate(Groups[_random.Next(Groups.Length)], entry, _memory);
        _registers.AddRange(state.Registers);
        _tlb.AddRange(state.Tlb.Where(one => one.Index < FirstDeviceEntry));
        int next = FirstDeviceEntry;
        for (int register = 20; register < 24; register++)
        {
            PhysicalWindow window = board.Memory.Windows[_random.Next(board.Memory.Windows.Count)];
            uint reach = Math.Min(window.Size, _random.Next(4) == 0 ? window.Size : 0x100);
            uint address = window.Start + (uint)_random.NextInt64(reach);
            if (window.Start == 0)
                address = FuzzLayout.CodeStart + (uint)_random.Next(0x8000);
            _registers.Add(new RegisterValue($"r{register}", address & (_random.Next(4) == 0 ? uint.MaxValue : ~3u)));
            uint size = (uint)_random.Next(1, 5);
            uint mask = uint.MaxValue << (10 + (2 * (int)size));
            uint attributes = Tlb.Write | (window.Device is null && _random.Next(2) == 0 ? 0 : Tlb.CacheInhibited | Tlb.Guarded);
            _tlb.Add(new TlbValue(next++, (address & mask) | (size << 7) | Tlb.Valid, (address & mask) | attributes, 0));
        }
    }
}

/// <summary>A stop in a hostile guest's run: engines are compared, then the world outside comes in.</summary>
/// <param name="Count">Count of completed instructions.</param>
/// <param name="Keys">What arrives at the console; empty for nothing.</param>
/// <param name="Frame">What arrives at the first Ethernet interface; empty for nothing.</param>
public sealed record HostileVisit(ulong Count, byte[] Keys, byte[] Frame)
{
    /// <summary>Lets what comes from outside into a board.</summary>
    public void Enter(Board board)
    {
        foreach (byte key in Keys)
        {
            if (board.Console is { CanReceive: true } console)
                console.Receive(key);
        }

        if (Frame.Length > 0 && board.Ethernet is [var port, ..] && port.CanReceive)
        {
            port.IsConnected = true;
            port.Receive(Frame);
        }
    }
}
