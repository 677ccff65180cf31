using System.Runtime.InteropServices;
using System.Text;
using PpcJit.Kernel.Host;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Terminal;

/// <summary>The guest's console on standard input and output: a terminal in raw mode, or pipes and files.</summary>
public sealed unsafe class HostConsole : IGuestConsole, IDisposable
{
    private readonly StandardOutput _output = new();
    private readonly InputQueue _typed = new();
    private readonly EscapeKeys _keys;
    private readonly RawTerminal? _raw;
    private readonly bool _sharesOutput = NoticesAppearAmongOutput();
    private readonly Lock _writing = new();
    private bool _withinLine;
    private readonly EndSignals _signals;

    /// <summary>Takes over standard input and output.</summary>
    /// <param name="readsInput">Whether standard input is for the guest.</param>
    /// <param name="leavesInterrupts">Whether Ctrl-C is for another program that has the terminal.</param>
    public HostConsole(bool readsInput, bool leavesInterrupts = false)
    {
        _keys = new EscapeKeys(() => Notice(EscapeKeys.Help));
        IsInteractive = readsInput && LibC.IsTerminal(LibC.StandardInput) == 1;
        if (IsInteractive)
            _raw = new RawTerminal();
        _signals = new EndSignals(WakeWaiting, leavesInterrupts);
        if (readsInput)
            new Thread(ReadInput) { IsBackground = true, Name = "console input" }.Start();
        else
            _typed.End();
    }

    /// <inheritdoc/>
    public bool LeaveRequested => _keys.LeaveRequested || _signals.Received != 0;

    /// <summary>The number of the signal that asked to end the run; 0 for none.</summary>
    public int Signal => _signals.Received;

    /// <inheritdoc/>
    public bool IsInteractive { get; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> transmitted)
    {
        lock (_writing)
        {
            if (_signals.Received == EndSignals.BrokenPipe)
                return;
            try
            {
                _output.Write(transmitted);
            }
            catch (ClosedOutputException)
            {
                _signals.Note(EndSignals.BrokenPipe);
            }

            _withinLine = transmitted[^1] != '\n';
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => _typed.Take(buffer);

    /// <inheritdoc/>
    public bool WaitForInput() => _typed.WaitForChange();

    /// <summary>Called when somebody asks to leave, on another thread.</summary>
    public Action? Woken { get; set; }

    /// <summary>Wakes who waits in <see cref="WaitForInput"/>.</summary>
    public void WakeWaiting()
    {
        _typed.Wake();
        Woken?.Invoke();
    }

    /// <summary>Writes a line for the person to standard error, at the start of a line also where that shows the guest's text too.</summary>
    public void Notice(string line)
    {
        lock (_writing)
        {
            StandardError.WriteLine(_sharesOutput && _withinLine ? "\n" + line : line);
            _withinLine = false;
        }
    }

    /// <summary>Writes text of our own to standard output, at the start of a line. No control reaches the terminal but line feeds and tabs.</summary>
    public void Print(string text)
    {
        if (text.Length == 0)
            return;
        string safe = TerminalText.Escape(text);
        Write(Encoding.UTF8.GetBytes(_withinLine ? "\n" + safe : safe));
    }

    /// <summary>Gives the terminal back.</summary>
    public void Dispose()
    {
        _signals.Dispose();
        _raw?.Dispose();
    }

    private static bool NoticesAppearAmongOutput()
    {
        if (LibC.IsTerminal(LibC.StandardError) == 1)
            return LibC.IsTerminal(LibC.StandardOutput) == 1;
        const string Descriptors = "/proc/self/fd/";
        return Directory.Exists(Descriptors)
            && new FileInfo(Descriptors + LibC.StandardOutput).LinkTarget is { } target
            && target == new FileInfo(Descriptors + LibC.StandardError).LinkTarget;
    }

    private void ReadInput()
    {
        Span<byte> buffer = stackalloc byte[256];
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.Read(LibC.StandardInput, start, (nuint)buffer.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() is int error)
            {
                if (error == LibC.TryAgain)
                    LibC.WaitFor(LibC.StandardInput, LibC.PollIn);
                if (error == LibC.TryAgain || error == LibC.Interrupted)
                    continue;
            }

            if (count <= 0)
                break;
            Span<byte> read = buffer[..(int)count];
            _typed.Add(IsInteractive ? read[.._keys.Filter(read)] : read);
            if (_keys.LeaveRequested)
                _typed.Wake();
        }

        _typed.End();
    }
}
