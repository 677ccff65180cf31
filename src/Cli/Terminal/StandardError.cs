using System.Text;
using PpcJit.Kernel.Host;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Terminal;

/// <summary>Standard error: messages for the person. Whether anybody reads them makes no difference.</summary>
internal static unsafe class StandardError
{
    /// <summary>Writes text at once. Whatever file or guest it quotes, no control reaches the terminal.</summary>
    public static void Write(string text) => WriteControls(TerminalText.Escape(text));

    /// <summary>Writes a line at once.</summary>
    public static void WriteLine(string text) => Write(text + "\n");

    /// <summary>Writes text of our own with the controls that are in it.</summary>
    public static void WriteControls(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint written = LibC.Write(LibC.StandardError, start + done, (nuint)(bytes.Length - done));
                if (written <= 0)
                    return;
                done += (int)written;
            }
        }
    }
}
