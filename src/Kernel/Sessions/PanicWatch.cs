using System.Text;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Texts;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Recognises on the console how a kernel ends: that it gives up (Linux's <c>Kernel panic - not syncing</c> and
/// <c>Kernel panic: </c>, and <c>panic: </c> of the BSDs, wherever they stand in a line that the kernel itself prints),
/// waits in its debugger (prompts such as <c>db&gt; </c> and <c>kdb&gt; </c>), or has halted or powered off.
/// </summary>
/// <param name="more">Texts that are a panic too, wherever and by whomever they are printed; null for none.</param>
public sealed class PanicWatch(IReadOnlyList<string>? more = null)
{
    private const int MaxBytes = 512;
    private const byte Escape = 0x1b;
    private static readonly byte[][] Anywhere = [[.. "Kernel panic - not syncing"u8], [.. "Kernel panic: "u8]];

    /// <summary>Whole lines. Linux: kernel/reboot.c and, before 2.6.20, the architectures' own; NetBSD: cpu_reboot of the powerpc ports.</summary>
    private static readonly byte[][] Halts =
    [
        [.. "reboot: Power down"u8], [.. "reboot: System halted"u8], [.. "reboot: Power off not available: System halted instead"u8],
        [.. "Power down."u8], [.. "System halted."u8], [.. "System Halted, OK to turn off power"u8], [.. HaltWithKey],
    ];

    private readonly byte[][] _more = [.. (more ?? []).Where(text => text.Length > 0).Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _line = new byte[MaxBytes];
    private int _length;
    private int _kernelStart;
    private EscapeState _escape;

    private enum EscapeState
    {
        None,
        Begun,
        Sequence,
    }

    /// <summary>The words with which the kernel gave up, to the end of their line, fit to be shown; null while none did.</summary>
    public string? Line { get; private set; }

    /// <summary>The whole line that <see cref="Line"/> ends; null while there was none.</summary>
    public string? WholeLine { get; private set; }

    /// <summary>The line that shows a kernel debugger's prompt, fit to be shown; null while there was none.</summary>
    public string? DebuggerLine { get; private set; }

    /// <summary>The line with which the kernel says that it has halted, or turned the power off; null while it has not.</summary>
    public string? HaltLine { get; private set; }

    /// <summary>Whether the kernel that has halted waits for a key: somebody at the console may press one.</summary>
    public bool HaltAwaitsKey { get; private set; }

    private static ReadOnlySpan<byte> Bsd => "panic: "u8;

    private static ReadOnlySpan<byte> Pager => "--db_more--"u8;

    private static ReadOnlySpan<byte> HaltWithKey => "The operating system has halted."u8;

    /// <summary>
    /// Whether what a machine transmits now comes from the kernel itself. It speaks with polling, so that it is heard
    /// whatever is broken; what programs print goes through the tty driver, which has the UART's transmitter interrupt
    /// enabled while it sends.
    /// </summary>
    public static unsafe bool IsByKernel(Board board) =>
        (board.Processor.State->Msr & Msr.Pr) == 0 && board.Console is not { TransmitterInterruptEnabled: true };

    /// <summary>
    /// Whether the calls that led to what is printed come from the kernel's panic function. A kernel whose driver waits
    /// for the transmitter's interrupt prints a panic without it, but need not have turned it off.
    /// </summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">Names of the kernel's code; null when there are none.</param>
    public static unsafe bool IsInPanic(Board board, SymbolTable? symbols) => symbols is not null && (board.Processor.State->Msr & Msr.Pr) == 0
        && Backtrace.Walk(board, symbols).Any(address => symbols.Find(address)?.Symbol.Name is "panic" or "vpanic");

    /// <summary>Forgets what it has read.</summary>
    public void Restart()
    {
        (Line, WholeLine, DebuggerLine, HaltLine, HaltAwaitsKey) = (null, null, null, null, false);
        (_length, _kernelStart, _escape) = (0, 0, EscapeState.None);
    }

    /// <summary>Takes the next byte that the guest transmitted.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="byKernel">Whether the kernel itself prints it: what a program prints is no panic, whatever it says.</param>
    /// <param name="isInPanic">
    /// Asks, where the words are right and it is unclear who prints them, whether the kernel's panic function is
    /// running; null for no.
    /// </param>
    /// <returns>True when it ends the line of a panic or of a halt, or the prompt of a debugger.</returns>
    public bool Next(byte value, bool byKernel = true, Func<bool>? isInPanic = null)
    {
        if (value is (byte)'\n')
            return EndLine(isInPanic);
        if (IsOfEscapeSequence(value) || value == (byte)'\r')
            return false;
        if (_length == MaxBytes)
            ForgetBeginning();
        _line[_length++] = value;
        if (!byKernel)
            _kernelStart = _length;
        return value is (byte)' ' or (byte)'-' && ShowsDebuggerPrompt(_line.AsSpan(_kernelStart, _length - _kernelStart));
    }

    /// <summary>
    /// Whether the line that has begun is a debugger's prompt, whoever printed it: nobody answers it any more when a run has ended there.
    /// </summary>
    public bool ShowsPromptNow() => ShowsDebuggerPrompt(_line.AsSpan(0, _length));

    /// <summary>Takes the end of the run as the end of the last line: a kernel may die within it.</summary>
    /// <returns>As <see cref="Next"/>.</returns>
    public bool End() => EndLine(isInPanic: null);

    /// <summary>Colours and the like stand between words without belonging to them.</summary>
    private bool IsOfEscapeSequence(byte value)
    {
        EscapeState before = _escape;
        _escape = (before, value) switch
        {
            (_, Escape) => EscapeState.Begun,
            (EscapeState.Begun, (byte)'[') => EscapeState.Sequence,
            (EscapeState.Sequence, < (byte)'@' or > (byte)'~') => EscapeState.Sequence,
            _ => EscapeState.None,
        };
        return before != EscapeState.None || value == Escape;
    }

    /// <summary>
    /// "db> " of the BSDs, also with the processor's number, "kdb> " of Linux after it, and the pager of NetBSD's debugger, which waits for a key.
    /// </summary>
    private bool ShowsDebuggerPrompt(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(Pager))
        {
            DebuggerLine = Shown(line);
            return true;
        }

        if (!line.EndsWith("> "u8))
            return false;
        ReadOnlySpan<byte> name = line[..^2].TrimStart(" \t"u8);
        int bracket = name.StartsWith("["u8) ? name.IndexOf((byte)']') : -1;
        name = name[(bracket + 1)..];
        int brace = name.IndexOf((byte)'{');
        if (brace > 0 && name.EndsWith("}"u8) && !name[(brace + 1)..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            name = name[..brace];
        if (!name.SequenceEqual("db"u8) && !name.SequenceEqual("ddb"u8) && !name.SequenceEqual("kdb"u8))
            return false;
        DebuggerLine = Shown(line);
        return true;
    }

    private void ForgetBeginning()
    {
        const int Kept = MaxBytes / 2;
        _line.AsSpan(MaxBytes - Kept).CopyTo(_line);
        (_length, _kernelStart) = (Kept, Math.Max(0, _kernelStart - (MaxBytes - Kept)));
    }

    private bool EndLine(Func<bool>? isInPanic)
    {
        ReadOnlySpan<byte> whole = _line.AsSpan(0, _length);
        ReadOnlySpan<byte> line = whole[_kernelStart..];
        (_length, _kernelStart, _escape) = (0, 0, EscapeState.None);
        if (FindAny(whole, _more) is var named and >= 0)
            return Panicked(whole, whole[named..]);
        if (Find(line) is var own and >= 0)
            return Panicked(whole, line[own..]);
        if (Find(whole) is var unclear and >= 0 && isInPanic?.Invoke() == true)
            return Panicked(whole, whole[unclear..]);
        return IsHalt(line);
    }

    private bool Panicked(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> words)
    {
        (WholeLine, Line) = (Shown(whole), Shown(words));
        return true;
    }

    private bool IsHalt(ReadOnlySpan<byte> line)
    {
        line = WithoutBlanksBehind(line);
        foreach (byte[] wording in Halts)
        {
            if (!line.EndsWith(wording) || !IsBoundary(line[..^wording.Length]))
                continue;
            HaltLine = Shown(wording);
            HaltAwaitsKey = HaltWithKey.SequenceEqual(wording);
            return true;
        }

        return false;
    }

    private static int Find(ReadOnlySpan<byte> line)
    {
        int at = FindAny(line, Anywhere);
        if (at >= 0)
            return at;
        at = line.IndexOf(Bsd);
        return at >= 0 && IsBoundary(line[..at]) ? at : -1;
    }

    private static int FindAny(ReadOnlySpan<byte> line, byte[][] texts)
    {
        foreach (byte[] text in texts)
        {
            if (line.IndexOf(text) is var found and >= 0)
                return found;
        }

        return -1;
    }

    /// <summary>Whether a sentence may begin after a text: nothing, a time stamp, a level, a prompt, but not other words.</summary>
    private static bool IsBoundary(ReadOnlySpan<byte> before)
    {
        before = WithoutBlanksBehind(before);
        return before.IsEmpty || "#$>%:?])"u8.IndexOf(before[^1]) >= 0;
    }

    /// <summary>What the library does the same way for any type, and the runtime would have to compile for bytes at the first line.</summary>
    private static ReadOnlySpan<byte> WithoutBlanksBehind(ReadOnlySpan<byte> line)
    {
        int length = line.Length;
        while (length > 0 && line[length - 1] is (byte)' ' or (byte)'\t')
            length--;
        return line[..length];
    }

    private static string Shown(ReadOnlySpan<byte> line) => TerminalText.Line(TerminalText.Decode(line)).Trim();
}
