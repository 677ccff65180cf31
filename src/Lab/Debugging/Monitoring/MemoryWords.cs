using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that show memory and code.</summary>
internal static unsafe class MemoryWords
{
    private const int MaxText = 4096;
    private const int MaxHits = 64;
    private const int RowBytes = 16;

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("x", "/FORMAT [physical] ADDRESS",
            "Show memory in gdb's formats: /8xw words, /16xb bytes, /4i instructions, /s a text, /2a addresses.",
            Examine),
        new("find", "[/b|/h|/w] [physical] START,+LENGTH,VALUE[,VALUE]",
            "Find numbers or a \"text\" in memory; instead of +LENGTH there may be the last address.", Find),
        new("disas", "[ADDRESS[,COUNT]]", "Show instructions, from the PC when there is no address.", Disassemble),
        new("backtrace", "", "Show the calls that led here, as the stack has them.", Walk),
    ];

    private static MonitorReply Examine(MonitorCall call)
    {
        MemoryFormat format = MemoryFormat.Take(call.Arguments, "x", out string rest);
        MemoryView memory = MemoryView.Take(call.Run.Board, ref rest);
        uint address = (uint)call.Run.Value(rest, "x");
        return format.Letter switch
        {
            'i' => Instructions(call.Run, memory, address, format.Count),
            's' => Texts(call.Run, memory, address, format.Count),
            _ => Units(call.Run, memory, address, format),
        };
    }

    private static MonitorReply Units(MonitoredRun run, MemoryView memory, uint address, MemoryFormat format)
    {
        List<string> lines = [];
        List<ulong> values = [];
        int inRow = format.Letter == 'a' ? 1 : RowBytes / format.Size;
        string? problem = null;
        for (int first = 0; first < format.Count && problem is null; first += inRow)
        {
            uint start = address + (uint)(first * format.Size);
            StringBuilder row = new(Label(run, start));
            for (int n = 0; n < inRow && first + n < format.Count && problem is null; n++)
            {
                uint at = start + (uint)(n * format.Size);
                if (memory.TryRead(at, format.Size, out ulong value))
                {
                    values.Add(value);
                    row.Append("  ").Append(Show(run, value, format));
                }
                else
                {
                    problem = memory.Why(at);
                }
            }

            if (values.Count > first)
                lines.Add(row.ToString());
        }

        return new MonitorReply(lines, new { address = MonitoredRun.Hex(address), size = format.Size, values }) { Problem = problem };
    }

    private static string Show(MonitoredRun run, ulong value, MemoryFormat format)
    {
        int bits = 8 * format.Size;
        return format.Letter switch
        {
            'd' => ((long)(value << (64 - bits)) >> (64 - bits)).ToString(CultureInfo.InvariantCulture),
            'u' => value.ToString(CultureInfo.InvariantCulture),
            'o' => "0" + Convert.ToString((long)value, 8),
            't' => value.ToString($"b{bits}", CultureInfo.InvariantCulture),
            'a' => run.Describe((uint)value),
            'c' => $"{value} '{TerminalText.Line(((char)(byte)value).ToString())}'",
            _ => "0x" + value.ToString($"x{2 * format.Size}", CultureInfo.InvariantCulture),
        };
    }

    private static MonitorReply Texts(MonitoredRun run, MemoryView memory, uint address, int count)
    {
        List<string> lines = [];
        List<string> texts = [];
        uint at = address;
        string? problem = null;
        while (texts.Count < count && problem is null)
        {
            uint start = at;
            List<byte> bytes = [];
            ulong value = 0;
            while (bytes.Count < MaxText && memory.TryRead(at, 1, out value) && value != 0)
            {
                bytes.Add((byte)value);
                at++;
            }

            bool isCut = value != 0 && !memory.TryRead(at, 1, out value);
            problem = isCut || (bytes.Count == 0 && !memory.TryRead(at, 1, out _)) ? memory.Why(at) : null;
            if (problem is not null && bytes.Count == 0)
                break;
            at += bytes.Count < MaxText ? 1u : 0;
            string text = TerminalText.Line(TerminalText.Decode([.. bytes]));
            texts.Add(text);
            lines.Add($"{Label(run, start)}  \"{text}\"{(bytes.Count == MaxText ? "..." : "")}");
        }

        return new MonitorReply(lines, new { address = MonitoredRun.Hex(address), texts }) { Problem = problem };
    }

    private static MonitorReply Instructions(MonitoredRun run, MemoryView memory, uint address, int count)
    {
        List<string> lines = [];
        List<object> listed = [];
        string? problem = null;
        address &= ~3u;
        for (uint at = address; listed.Count < count; at += 4)
        {
            if (!memory.TryFetch(at, out uint word))
            {
                problem = memory.Why(at);
                break;
            }

            string text = MonitoredRun.Spaced(Disassembler.Disassemble(word, at));
            lines.Add($"{(at == run.State->Pc ? "=>" : "  ")} {Label(run, at)}  {text}");
            listed.Add(new { address = MonitoredRun.Hex(at), symbol = run.SymbolAt(at), word = MonitoredRun.Hex(word), text });
        }

        return new MonitorReply(lines, new { instructions = listed }) { Problem = problem };
    }

    private static MonitorReply Disassemble(MonitorCall call)
    {
        string rest = call.Arguments;
        MemoryView memory = MemoryView.Take(call.Run.Board, ref rest);
        IReadOnlyList<string> parts = MonitoredRun.Split(rest, ',');
        if (parts.Count > 2)
            throw new InputException("disas takes an address and a count.");
        uint address = parts[0].Length == 0 ? call.Run.State->Pc : (uint)call.Run.Value(parts[0], "disas");
        ulong count = parts.Count == 2 ? call.Run.Value(parts[1], "disas") : 16;
        return count is > 0 and <= 65536
            ? Instructions(call.Run, memory, address, (int)count)
            : throw new InputException($"disas: {count} instructions cannot be shown; 1 to 65536 can.");
    }

    private static MonitorReply Find(MonitorCall call)
    {
        MemoryFormat format = MemoryFormat.Take(call.Arguments, "find", out string rest);
        MemoryView memory = MemoryView.Take(call.Run.Board, ref rest);
        IReadOnlyList<string> parts = MonitoredRun.Split(rest, ',');
        if (parts.Count < 3)
            throw new InputException("find needs where to begin, how far to look, and what for: find 0xc0000000,+1M,0x12345678.");
        uint start = (uint)call.Run.Value(parts[0], "find");
        ulong length = parts[1].StartsWith('+')
            ? call.Run.Count(parts[1][1..].Trim(), "find", 0)
            : (uint)((uint)call.Run.Value(parts[1], "find") - start) + 1ul;
        byte[] wanted = [.. parts.Skip(2).SelectMany(part => Bytes(call.Run, part, format.Size))];
        if (length == 0 || length > 1ul << 32 || start + length > 1ul << 32)
            throw new InputException("find: the range must be of 1 byte to 4 GB, and end there.");
        IReadOnlyList<uint> found = Search(memory, start, length, wanted, call.Cancel);
        string[] more = found.Count == MaxHits ? [$"The first {MaxHits} are shown."] : [];
        return new MonitorReply(
            found.Count == 0 ? ["It is not there."] : [.. found.Select(call.Run.Describe), .. more],
            new { found = found.Select(MonitoredRun.Hex), isComplete = found.Count < MaxHits });
    }

    private static byte[] Bytes(MonitoredRun run, string part, int size)
    {
        if (part.StartsWith('"'))
        {
            return part.Length > 2 && part.EndsWith('"')
                ? Encoding.UTF8.GetBytes(part[1..^1])
                : throw new InputException("find: a text stands between quotation marks.");
        }

        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, run.Value(part, "find"));
        return bytes[^size..];
    }

    private static List<uint> Search(MemoryView memory, uint start, ulong length, byte[] wanted, CancellationToken cancel)
    {
        List<uint> found = [];
        byte[] window = [];
        uint windowStart = start;
        ulong done = 0;
        while (done < length && found.Count < MaxHits && !cancel.IsCancellationRequested)
        {
            uint at = start + (uint)done;
            done += memory.ReadPiece(at, length - done, out byte[] bytes);
            if (bytes.Length == 0)
            {
                window = [];
                continue;
            }

            windowStart = at - (uint)window.Length;
            window = [.. window, .. bytes];
            int from = 0;
            while (found.Count < MaxHits && window.AsSpan(from).IndexOf(wanted) is >= 0 and var hit)
            {
                found.Add(windowStart + (uint)(from + hit));
                from += hit + 1;
            }

            window = window[Math.Max(from, window.Length - wanted.Length + 1)..];
        }

        return found;
    }

    private static MonitorReply Walk(MonitorCall call)
    {
        MonitoredRun run = call.Run;
        IReadOnlyList<uint> calls = Backtrace.Walk(run.Board, run.Names.Symbols.Count > 0 ? run.Names.Symbols[0] : null);
        return new MonitorReply(
            [.. calls.Select((address, n) => $"#{n,-2} {(n == 0 ? run.Describe(address) : run.DescribeReturn(address))}")],
            new { at = run.Timeline.Present.ToString(), calls = calls.Select(
                address => new { pc = MonitoredRun.Hex(address), symbol = run.SymbolAt(address) }) });
    }

    private static string Label(MonitoredRun run, uint address) => $"0x{address:x8}{(run.SymbolAt(address) is { } symbol ? $" <{symbol}>" : "")}:";
}
