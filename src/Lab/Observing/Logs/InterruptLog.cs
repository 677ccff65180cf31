using PpcJit.Lab.Debugging;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Logs which interrupts are asked for.</summary>
internal sealed unsafe class InterruptLog : ILogSource
{
    private readonly ObservedGuest _guest;
    private readonly LogLines _lines;
    private readonly ExceptionLog _taken;
    private readonly Uic[] _controllers;
    private readonly string[] _inputs;

    public InterruptLog(ObservedGuest guest, LogLines lines)
    {
        (_guest, _lines) = (guest, lines);
        _taken = new ExceptionLog(guest, lines, interruptsOnly: true);
        _controllers = [.. guest.Board.DevicesOf<Uic>()];
        _inputs = new string[_controllers.Length * Uic.InputCount];
        for (int n = 0; n < _inputs.Length; n++)
        {
            string devices = string.Join(", ", guest.Board.Interrupts.Where(wired => wired.Input == n).Select(wired => wired.Device));
            _inputs[n] = devices.Length == 0 ? $"uic{n}" : $"uic{n} ({devices})";
        }
    }

    /// <inheritdoc/>
    public void Begin()
    {
        _taken.Begin();
        _guest.Processor.InterruptRaised += OnRaised;
        _guest.Processor.InterruptLowered += OnLowered;
        foreach (Uic controller in _controllers)
        {
            controller.InputActivated += OnActivated;
            controller.InputDeactivated += OnDeactivated;
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        _taken.End();
        _guest.Processor.InterruptRaised -= OnRaised;
        _guest.Processor.InterruptLowered -= OnLowered;
        foreach (Uic controller in _controllers)
        {
            controller.InputActivated -= OnActivated;
            controller.InputDeactivated -= OnDeactivated;
        }
    }

    private void OnRaised(InterruptSource source) => Note("raised ", NameOf(source));

    private void OnLowered(InterruptSource source) => Note("lowered ", NameOf(source));

    private void OnActivated(int input) => Note("raised ", _inputs[input]);

    private void OnDeactivated(int input) => Note("lowered ", _inputs[input]);

    /// <summary>The core's interrupts as <see cref="InterruptChoice"/> calls them.</summary>
    private string NameOf(InterruptSource source) =>
        InterruptChoice.Names(_guest.Board).Select(name => InterruptChoice.Find(name, _guest.Board))
            .FirstOrDefault(choice => choice?.Source == source)?.Name
        ?? source.ToString().ToLowerInvariant();

    private void Note(string what, string name)
    {
        if (_lines.Begin("interrupt "u8, _guest.State->Pc) is not { } line)
            return;
        line.Add(what).Add(name);
        _lines.End();
    }
}
