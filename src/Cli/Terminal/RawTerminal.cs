using System.Runtime.InteropServices;
using PpcJit.Kernel.Host;

namespace PpcJit.Cli.Terminal;

/// <summary>
/// Puts the terminal into raw mode, in which each key goes to the guest at once and unseen, and gives it back as it was, however the program ends.
/// </summary>
public sealed unsafe class RawTerminal : IDisposable
{
    /// <summary>More than the largest <c>struct termios</c> of the supported systems.</summary>
    private const int AttributesSize = 256;
    private const byte PostProcessOutput = 1; // OPOST, in the lowest byte of c_oflag

    private static readonly Lock Guard = new();
    private static byte[]? s_saved;
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <summary>Switches standard input, which must be a terminal, to raw mode.</summary>
    public RawTerminal()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RestoreAll();
        AppDomain.CurrentDomain.UnhandledException += (_, _) => RestoreAll();
        // After a stop (by kill -STOP; Ctrl-Z goes to the guest) the shell has set the terminal for itself.
        if (!OperatingSystem.IsWindows())
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
            {
                // .NET's own action comes after this one and would bring back the settings that it saved at its start.
                context.Cancel = true;
                Enter();
            }));
        Enter();
    }

    /// <summary>Gives the terminal back if it is in raw mode; otherwise does nothing.</summary>
    public static void RestoreAll()
    {
        lock (Guard)
        {
            if (s_saved is null)
                return;
            fixed (byte* saved = s_saved)
                _ = LibC.SetAttributes(LibC.StandardInput, LibC.Drain, saved);
            s_saved = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        RestoreAll();
    }

    private static void Enter()
    {
        lock (Guard)
        {
            byte[] attributes = new byte[AttributesSize];
            fixed (byte* raw = attributes)
            {
                if (LibC.GetAttributes(LibC.StandardInput, raw) != 0)
                    return;
                s_saved ??= attributes.ToArray();
                LibC.MakeRaw(raw);

                // Messages of our own end in a line feed only. c_oflag is the second word, of 4 bytes on Linux and of 8 on macOS.
                raw[OperatingSystem.IsMacOS() ? 8 : 4] |= PostProcessOutput;
                _ = LibC.SetAttributes(LibC.StandardInput, LibC.Drain, raw);
            }
        }
    }
}
