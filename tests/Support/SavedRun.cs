using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Tests.Support;

/// <summary>Run files of runs in tests.</summary>
internal static class SavedRun
{
    /// <summary>Writes the run that a machine has done, of which nothing is said but the machine.</summary>
    public static void Write(GuestMachine machine, string path) =>
        Write(RunFile.Of(machine,
            new RunStart(machine.Board, default, new BootOptions { ImagePath = "" }, RunIdentity.Of(machine.Board)),
            new RunOptions()), path);

    /// <summary>Writes a run.</summary>
    public static void Write(RunFile run, string path)
    {
        using OutputFile file = OutputFile.Open("", path);
        run.Write(file);
        file.Commit();
    }
}
