using System.Globalization;
using PpcJit.Kernel.Tests.Networking;

namespace PpcJit.Kernel.Tests;

/// <summary>
/// What tests do in a process of their own, since a fault in a native library would end it: <c>fuzz-frames SEED FRAMES
/// TFTP-FOLDER</c>.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (arguments is not ["fuzz-frames", var seed, var frames, var folder])
        {
            Console.Error.WriteLine("usage: fuzz-frames SEED FRAMES TFTP-FOLDER");
            return 2;
        }

        using FrameFuzzer fuzzer = new(int.Parse(seed, CultureInfo.InvariantCulture), folder);
        fuzzer.Run(int.Parse(frames, CultureInfo.InvariantCulture));
        Console.WriteLine($"survived, {fuzzer.Answers} answers");
        return 0;
    }
}
