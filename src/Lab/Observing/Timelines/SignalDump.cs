using System.Globalization;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Observing.Timelines;

/// <summary>
/// Notes how the lines of interrupts change, and writes them as a value change dump (IEEE 1364, section 18), as GTKWave
/// shows them: inputs of the interrupt controller,
/// the core's interrupts, MSR[EE] and MSR[CE], and a strobe for each device that is accessed.
/// </summary>
internal sealed unsafe class SignalDump : InstructionObserver
{
    /// <summary>Changes that are kept.</summary>
    private const int MaxChanges = 4_000_000;

    /// <summary>The line that says that the changes after it are missing.</summary>
    public const string Incomplete = "$comment incomplete: the changes end here, as they could not be written any further $end\n";

    private const char FirstIdentifier = '!';
    private const int Identifiers = '~' - FirstIdentifier + 1;

    private readonly DeviceNames _devices;
    private readonly Uic[] _controllers;
    private readonly List<(string Scope, string Name, bool IsStrobe)> _signals = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<(ulong Count, int Signal, bool Level)> _changes = [];
    private uint _msr;

    public SignalDump(ObservedGuest guest)
        : base(guest)
    {
        _devices = new DeviceNames(guest.Board);
        _controllers = [.. guest.Board.DevicesOf<Uic>()];
        foreach (string bit in (string[])["EE", "CE"])
            Signal("msr", bit, isStrobe: false);
        foreach (InterruptSource source in Enum.GetValues<InterruptSource>().Where(source => source != InterruptSource.None))
            Signal("core", source.ToString(), isStrobe: false);
        foreach (BoardInterrupt wired in guest.Board.Interrupts)
            Signal("uic", Input(wired.Input), isStrobe: false);
    }

    /// <summary>Whether there were more changes than are kept.</summary>
    public bool IsFull => _changes.Count == MaxChanges;

    /// <inheritdoc/>
    public override void Begin()
    {
        Guest.Processor.InterruptRaised += OnRaised;
        Guest.Processor.InterruptLowered += OnLowered;
        Guest.Processor.ExceptionTaken += OnException;
        _devices.Begin(Strobe);
        foreach (Uic controller in _controllers)
        {
            controller.InputActivated += OnActivated;
            controller.InputDeactivated += OnDeactivated;
        }

        NoteMsr();
        base.Begin();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Guest.Processor.InterruptRaised -= OnRaised;
        Guest.Processor.InterruptLowered -= OnLowered;
        Guest.Processor.ExceptionTaken -= OnException;
        _devices.End();
        foreach (Uic controller in _controllers)
        {
            controller.InputActivated -= OnActivated;
            controller.InputDeactivated -= OnDeactivated;
        }

        base.End();
    }

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) => SetsMsr(word);

    /// <inheritdoc/>
    public override void AfterInstruction(uint address, uint word) => NoteMsr();

    /// <summary>Writes the file.</summary>
    public void Write(Stream to, string title)
    {
        using StreamWriter text = new(to, leaveOpen: true);
        text.Write($"$comment {title.Replace("$", "", StringComparison.Ordinal)} $end\n$timescale 1 ns $end\n");
        foreach (IGrouping<string, (string Scope, string Name, bool IsStrobe)> scope in _signals.GroupBy(signal => signal.Scope))
        {
            text.Write($"$scope module {scope.Key} $end\n");
            foreach ((string _, string name, bool isStrobe) in scope)
                text.Write($"{(isStrobe ? "$var event" : "$var wire")} 1 {Identifier(_numbers[$"{scope.Key}.{name}"])} {name} $end\n");
            text.Write("$upscope $end\n");
        }

        text.Write("$enddefinitions $end\n$dumpvars\n");
        for (int n = 0; n < _signals.Count; n++)
        {
            if (!_signals[n].IsStrobe)
                text.Write($"0{Identifier(n)}\n");
        }

        text.Write("$end\n");
        ulong last = ulong.MaxValue;
        foreach ((ulong count, int signal, bool level) in _changes)
        {
            ulong now = Guest.Board.Events.Nanoseconds(count);
            if (now != last)
                text.Write(string.Create(CultureInfo.InvariantCulture, $"#{now}\n"));
            last = now;
            text.Write($"{(level ? '1' : '0')}{Identifier(signal)}\n");
        }

        if (IsFull)
            text.Write("$comment incomplete: there were more changes than are kept $end\n");
    }

    private static string Identifier(int number) =>
        number < Identifiers ? $"{(char)(FirstIdentifier + number)}" : Identifier((number / Identifiers) - 1)
            + (char)(FirstIdentifier + (number % Identifiers));

    private string Input(int input)
    {
        string devices = string.Join("_", Guest.Board.Interrupts.Where(wired => wired.Input == input)
            .Select(wired => wired.Device.Replace(' ', '-')));
        return devices.Length == 0 ? $"{input}" : $"{input}_{devices}";
    }

    private int Signal(string scope, string name, bool isStrobe)
    {
        string key = $"{scope}.{name}";
        if (_numbers.TryGetValue(key, out int number))
            return number;
        _signals.Add((scope, name, isStrobe));
        return _numbers[key] = _signals.Count - 1;
    }

    private void Change(int signal, bool level)
    {
        if (!IsFull && !Guest.IsOutside)
            _changes.Add((Guest.State->InstructionCount, signal, level));
    }

    private void NoteMsr()
    {
        uint changed = _msr ^ Guest.State->Msr;
        _msr = Guest.State->Msr;
        if ((changed & Msr.Ee) != 0)
            Change(_numbers["msr.EE"], (_msr & Msr.Ee) != 0);
        if ((changed & Msr.Ce) != 0)
            Change(_numbers["msr.CE"], (_msr & Msr.Ce) != 0);
    }

    private void OnException(in ExceptionRecord record) => NoteMsr();

    private void OnRaised(InterruptSource source) => Change(_numbers[$"core.{source}"], level: true);

    private void OnLowered(InterruptSource source) => Change(_numbers[$"core.{source}"], level: false);

    private void OnActivated(int input) => Change(Signal("uic", Input(input), isStrobe: false), level: true);

    private void OnDeactivated(int input) => Change(Signal("uic", Input(input), isStrobe: false), level: false);

    private void Strobe(BusAccess access, bool isDcr) => Change(Signal("devices", _devices.Find(access, isDcr).Device.Replace(' ', '-'),
        isStrobe: true), level: true);
}
