using System.Runtime.InteropServices;

namespace PpcJit.Cli.Terminal;

/// <summary>
/// The host's limit for the size of a file (<c>ulimit -f</c>). Its signal would kill the program where it stands;
/// without it the write fails, as on a full disk.
/// </summary>
internal static class SizeLimit
{
    private const int SizeExceeded = 25; // SIGXFSZ of Linux and macOS

    private static PosixSignalRegistration? s_registration;

    /// <summary>
    /// Lets writes beyond the limit fail from now on; to the end, as a signal may still be on its way when its write
    /// has long failed.
    /// </summary>
    public static void TakeAsError() =>
        s_registration ??= PosixSignalRegistration.Create((PosixSignal)SizeExceeded, context => context.Cancel = true);
}
