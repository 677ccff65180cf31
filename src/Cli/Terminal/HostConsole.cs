using System.Runtime.InteropServices;
using System.Text;
using PpcJit.Kernel.Host;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Terminal;

/// <summary>The guest's console on standard input and output: a terminal in raw mode, or pipes and files.</summary>
public sealed unsafe class HostConsole : IGuestConsole, IDisposable
{
    private readonly StandardOutput _output;
    private readonly InputQueue _typed = new();
    private readonly InputQueue _commands = new();
    private readonly LineEditor _editor;
    private CancellationTokenSource? _working;
    private volatile bool _isCancelled;
    private volatile bool _isMonitorOpen;
    private readonly EscapeKeys _keys;
    private readonly RawTerminal? _raw;
    private readonly bool _sharesOutput;
    private readonly Lock _writing = new();
    private bool _withinLine;
    private bool _showsProgress;
    private readonly EndSignals _signals;

    /// <summary>Takes over standard input and output.</summary>
    /// <param name="readsInput">Whether standard input is for the guest.</param>
    /// <param name="leavesInterrupts">Whether Ctrl-C is for another program that has the terminal.</param>
    /// <param name="isOutputTaken">Whether a report has standard output for itself: all else goes to standard error then.</param>
    public HostConsole(bool readsInput, bool leavesInterrupts = false, bool isOutputTaken = false)
    {
        _output = new StandardOutput(isOutputTaken);
        _sharesOutput = isOutputTaken || NoticesAppearAmongOutput();
        _keys = new EscapeKeys(() => Notice(Help), TakeCommandKey);
        _editor = new LineEditor("(ppcjit) ", ShowControls);
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
    public bool LeaveRequested => IsLeft || MonitorRequested || _isCancelled;

    /// <summary>Whether the person asked to look at the guest with the monitor, which has not been opened yet.</summary>
    public bool MonitorRequested => _keys.IsMonitors && !_isMonitorOpen;

    /// <summary>Whether the person, or a signal, asked to leave the program.</summary>
    public bool IsLeft => _keys.LeaveRequested || _signals.Received != 0;

    /// <summary>Whether Ctrl-A C asks for the monitor.</summary>
    public bool OffersMonitor
    {
        get => _keys.OffersMonitor;
        set => _keys.OffersMonitor = value;
    }

    /// <summary>What Ctrl-A does.</summary>
    public string Help => OffersMonitor ? EscapeKeys.Help + EscapeKeys.MonitorHelp : EscapeKeys.Help;

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
            HideProgress();
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
        _commands.Wake();
        Woken?.Invoke();
    }

    /// <summary>Gives keys to the monitor. The guest gets those that were typed before.</summary>
    public void OpenMonitor()
    {
        _isMonitorOpen = true;
        _keys.IsMonitors = true;
    }

    /// <summary>Gives keys to the guest again, those too that were typed already.</summary>
    public void CloseMonitor()
    {
        _keys.IsMonitors = false;
        (_isMonitorOpen, _isCancelled) = (false, false);
        Span<byte> left = stackalloc byte[256];
        while (_commands.Take(left) is > 0 and var length)
            _typed.Add(left[..length]);
    }

    /// <summary>Waits for a line that is typed for the monitor.</summary>
    /// <returns>Null when the person is done with it, or leaves.</returns>
    public string? ReadCommand()
    {
        _isCancelled = false;
        lock (_writing)
        {
            if (_withinLine)
                ShowControls("\n");
            _withinLine = false;
        }

        _editor.Begin();
        Span<byte> key = stackalloc byte[1];
        while (!IsLeft)
        {
            if (_commands.Take(key) == 0)
            {
                if (!_commands.WaitForChange())
                    return null;
                continue;
            }

            if (_editor.Take(key[0], out string? line))
                return line;
        }

        ShowControls("\n");
        return null;
    }

    /// <summary>Does something that Ctrl-C gives up.</summary>
    public T Interruptibly<T>(Func<CancellationToken, T> work)
    {
        using CancellationTokenSource cancel = new();
        _working = cancel;
        try
        {
            return work(cancel.Token);
        }
        finally
        {
            _working = null;
            _isCancelled = false;
        }
    }

    /// <summary>Writes a line for the person to standard error, at the start of a line also where that shows the guest's text too.</summary>
    public void Notice(string line)
    {
        lock (_writing)
        {
            HideProgress();
            StandardError.WriteLine(_sharesOutput && _withinLine ? "\n" + line : line);
            _withinLine = false;
        }
    }

    /// <summary>Writes lines that the person asked for as <see cref="Notice"/> does; that they do not arrive makes a difference.</summary>
    /// <param name="lines">The lines, the last without its end.</param>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public void Show(string lines)
    {
        lock (_writing)
        {
            HideProgress();
            string text = TerminalText.Escape(_sharesOutput && _withinLine ? $"\n{lines}\n" : lines + "\n");
            DescriptorWriter.Write(LibC.StandardError, "Standard error", Encoding.UTF8.GetBytes(text));
            _withinLine = false;
        }
    }

    /// <summary>
    /// Shows how far something has come, on a terminal only, in a line that goes when anything else is written. Where the guest stands within
    /// a line, nothing is shown.
    /// </summary>
    /// <param name="text">The line; null for none any more.</param>
    public void ShowProgress(string? text)
    {
        lock (_writing)
        {
            HideProgress();
            if (text is null || LibC.IsTerminal(LibC.StandardError) != 1 || (_sharesOutput && _withinLine))
                return;
            StandardError.Write(text);
            _showsProgress = true;
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

    private void HideProgress()
    {
        if (_showsProgress)
            StandardError.WriteControls("\r\x1b[K");
        _showsProgress = false;
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

    private void ShowControls(string text)
    {
        lock (_writing)
        {
            HideProgress();
            _output.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    private void TakeCommandKey(byte key)
    {
        const byte CtrlC = 3;
        if (key != CtrlC || _working is not { } working)
        {
            _commands.Add([key]);
            return;
        }

        _isCancelled = true;
        try
        {
            working.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work has just ended.
        }

        WakeWaiting();
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
            if (_keys.LeaveRequested || MonitorRequested)
                WakeWaiting();
        }

        _typed.End();
        _commands.End();
    }
}
