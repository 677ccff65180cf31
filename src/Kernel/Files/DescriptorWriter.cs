using System.Runtime.InteropServices;
using PpcJit.Kernel.Host;

namespace PpcJit.Kernel.Files;

/// <summary>Writes to an open descriptor of the host at its present position, all of it or an error.</summary>
public static unsafe class DescriptorWriter
{
    private const int StandardOutput = 1;

    /// <summary>Writes bytes.</summary>
    /// <param name="descriptor">Where to.</param>
    /// <param name="name">What an error calls it, at the start of a sentence.</param>
    /// <param name="bytes">What is written; nothing is a question whether something could be.</param>
    /// <exception cref="ClosedOutputException">It is standard output, and nobody reads it any more.</exception>
    /// <exception cref="OutputException">It is closed, full, or not open for writing.</exception>
    public static void Write(int descriptor, string name, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            do
            {
                nint written = LibC.Write(descriptor, start + done, (nuint)(bytes.Length - done));
                if (written >= 0)
                    done += (int)written;
                else
                    Recover(descriptor, name, Marshal.GetLastPInvokeError());
            }
            while (done < bytes.Length);
        }
    }

    private static void Recover(int descriptor, string name, int error)
    {
        if (error == LibC.Interrupted)
            return;
        if (error == LibC.BrokenPipe)
            throw descriptor == StandardOutput
                ? new ClosedOutputException()
                : new OutputException($"{name} was closed before everything was written to it.");
        if (error != LibC.TryAgain)
            throw new OutputException($"{name} cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
        LibC.WaitFor(descriptor, LibC.PollOut);
    }
}
