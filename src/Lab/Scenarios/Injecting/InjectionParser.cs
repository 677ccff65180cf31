using PpcJit.Kernel;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using System.Globalization;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>
/// Reads sentences such as <c>return 0 from alloc on call 3</c>, <c>raise pit at tick+0x10</c>, <c>evict TLB entry for
/// r1 at count 5M</c>, <c>write r3 = 0 at probe when lwp 'init'</c> and <c>write word table+8 = 1 at count 100</c>.
/// </summary>
internal sealed class InjectionParser
{
    private static readonly string[] Verbs = ["return", "raise", "evict", "write", "move", "delay"];
    private readonly Sentence _sentence;
    private readonly SourceLocation _location;
    private readonly Board _board;

    private InjectionParser(Sentence sentence, SourceLocation location, Board board)
    {
        _sentence = sentence;
        _location = location;
        _board = board;
    }

    /// <summary>Reads an injection with its place.</summary>
    /// <exception cref="InputException">It is not one.</exception>
    public static Injection Parse(Sentence sentence, SourceLocation location, Board board) =>
        new InjectionParser(sentence, location, board).Parse(placed: true);

    /// <summary>Reads what a search injects everywhere.</summary>
    /// <exception cref="InputException">It is nothing that can be searched for.</exception>
    public static Injection ParseForSearch(Sentence sentence, SourceLocation location, Board board)
    {
        Injection injection = new InjectionParser(sentence, location, board).Parse(placed: false);
        return injection.Action is not WriteValue
            ? injection
            : throw location.Error(
                "a search raises, moves or delays, evicts a TLB entry, or lets a function return a value; it does not write.");
    }

    private Injection Parse(bool placed)
    {
        InjectionAction action = Action();
        if (placed && action is ShiftAction)
            throw _location.Error("what came in a run is moved or delayed by a search: 'search: {inject: move frame, window: all}'.");
        bool returns = action is ReturnValue;
        InjectionPlace? place = placed && !returns ? Place() : null;
        Operand? condition = _sentence.TakeCondition();
        Frequency frequency = placed && place?.Count is null
            ? ParseFrequency(returns ? Frequency.Always : Frequency.Once)
            : Frequency.Always;
        if (!_sentence.AtEnd)
            throw _sentence.Unexpected("the end of the sentence", []);
        return new Injection(action, place, frequency, _sentence.Text, _location) { When = condition };
    }

    private InjectionAction Action()
    {
        if (_sentence.TryTake("return"))
        {
            Operand value = Value("the value to return");
            _sentence.Expect("from");
            return new ReturnValue(value, _sentence.TakeSymbol("a function"));
        }

        if (_sentence.TryTake("raise"))
            return new RaiseInterrupt(Interrupt());
        if (_sentence.TryTake("evict"))
        {
            _sentence.Expect("TLB", "entry", "for");
            return new EvictTlb(Value("an address"));
        }

        if (_sentence.TryTake("write"))
            return Write();
        if (_sentence.TryTake("move"))
            return Move();
        if (_sentence.TryTake("delay"))
            return Delay();
        throw _sentence.Unexpected("'return', 'raise', 'evict' or 'write'", Verbs);
    }

    private MoveInput Move()
    {
        if (_sentence.TryTake("frame"))
            return new MoveInput(Keys: false, Frames: true);
        if (_sentence.TryTake("key"))
            return new MoveInput(Keys: true, Frames: false);
        return _sentence.TryTake("input") ? new MoveInput(Keys: true, Frames: true)
            : throw _sentence.Unexpected("'frame', 'key', or 'input' for both", ["frame", "key", "input"]);
    }

    private DelayInterrupt Delay()
    {
        SourceLocation here = _sentence.Here;
        InterruptChoice interrupt = Interrupt();
        return interrupt.Source is InterruptSource.None or InterruptSource.MachineCheck
            ? throw here.Error("an interrupt that waits at the core can be delayed: external, critical, pit, fit or watchdog.")
            : new DelayInterrupt(interrupt);
    }

    private InterruptChoice Interrupt()
    {
        SourceLocation here = _sentence.Here;
        string name = _sentence.Take("an interrupt");
        string[] names = [.. InterruptChoice.Names(_board)];
        return InterruptChoice.Find(name, _board) ?? throw here.Error(
            $"the board {_board.Name} has no interrupt '{name}'.{NearestName.Question(name, names)} There is: "
                + $"{string.Join(", ", names)}, {InterruptChoice.Inputs(_board)}.");
    }

    private WriteValue Write()
    {
        int size = _sentence.TryTake("byte") ? 1 : _sentence.TryTake("half")
            ? 2
            : _sentence.TryTake("word") || _sentence.TryTake("memory") ? 4 : 0;
        string? register = null;
        Operand? address = null;
        if (size == 0)
        {
            SourceLocation here = _sentence.Here;
            register = _sentence.Take("a register, or 'word', 'half' or 'byte' and an address");
            if (!RegisterNames.Exists(register))
                throw here.Error(
                    $"there is no register '{register}'.{NearestName.Question(register, RegisterNames.All)} Memory is "
                        + "written as 'write word ADDRESS = VALUE'.");
        }
        else
        {
            address = Value("an address");
        }

        _sentence.Expect("=");
        return new WriteValue(register, address, size, Value("a value"));
    }

    private Operand Value(string expected) => _sentence.TakeOperand(expected);

    private InjectionPlace Place()
    {
        _sentence.Expect("at");
        return _sentence.TryTake("count")
            ? new InjectionPlace(_sentence.TakeCount("a count of instructions"), null)
            : new InjectionPlace(null, _sentence.TakeSymbol("a symbol, or 'count' and a number"));
    }

    private Frequency ParseFrequency(Frequency usual)
    {
        if (_sentence.AtEnd)
            return usual;
        if (_sentence.TryTake("always"))
            return Frequency.Always;
        if (_sentence.TryTake("on"))
        {
            if (!_sentence.TryTake("call") && !_sentence.TryTake("arrival"))
                throw _sentence.Unexpected("'call' and its number, from 1,", ["call", "arrival"]);
            SourceLocation here = _sentence.Here;
            ulong call = _sentence.TakeCount("the number of the call, from 1,");
            return call > 0 ? new Frequency(call, 1, 0) : throw here.Error("calls are counted from 1.");
        }

        if (!_sentence.TryTake("with"))
            throw _sentence.Unexpected("'always', 'on call N' or 'with probability P'", ["always", "on", "with"]);
        _sentence.Expect("probability");
        double probability = Probability();
        return new Frequency(0, probability, _sentence.TryTake("seed") || _sentence.TryTake("seeded") ? _sentence.TakeCount("a seed") : 1);
    }

    private double Probability()
    {
        SourceLocation here = _sentence.Here;
        string text = _sentence.Take("a probability such as 0.1");
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value is >= 0 and <= 1
            ? value
            : throw here.Error($"'{text}' is not a probability from 0 to 1.");
    }
}
