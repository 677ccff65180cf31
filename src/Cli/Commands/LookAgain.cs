using PpcJit.Cli.Reports;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;

namespace PpcJit.Cli.Commands;

/// <summary>Says how to look at the place where a guest died.</summary>
internal static class LookAgain
{
    /// <summary>
    /// Gives a sentence with the command. When something came from outside, without which the run is another, the run
    /// is kept in a file.
    /// </summary>
    public static string Hint(GuestStart start, RunRequest request, GuestMachine machine, RunResult result)
    {
        string at = $"--at @{machine.Count}";
        if (request.SaveRunPath is { } saved and not "-")
            return $"To look at it: ./ppcjit open {ShellText.Quote(saved)} {at}";
        if (start.Recorded is not null)
            return $"To look at it: ./ppcjit open {ShellText.Quote(start.RecordedPath)} {at}";
        if (!HasInput(machine, request) && start.Flash is not { IsWrittenBack: true } && start.Disk is not { IsWrittenBack: true })
            return $"To look at it: ./ppcjit gdb {start.Again} {at}";
        if (start.State is not null)
            return "The run began with --load-state, and something came from outside: it cannot be looked at again.";
        try
        {
            string path = Path.Combine(Directory.CreateTempSubdirectory("ppcjit-").FullName, "run");
            using OutputFile file = OutputFile.Open("", path);
            (start.Describe(machine, request.Options).EndedWith(machine, result) with { Packed = start.Start.ChangingContents() }).Write(file);
            file.Commit();
            return $"To look at it: ./ppcjit open {path} {at}";
        }
        catch (Exception error) when (error is OutputException or InputException or IOException or UnauthorizedAccessException)
        {
            return $"The run is not kept, to be looked at again: {error.Message}";
        }
    }

    /// <summary>Whether something came from the keyboard, a pipe or a network.</summary>
    private static bool HasInput(GuestMachine machine, RunRequest request)
    {
        int given = request.Options.Input.Count(text => !text.Text.IsEmpty);
        return machine.InputsBegin is not null || machine.Inputs.Keys.Count > 0 || machine.Inputs.SecondKeys.Count > 0
            || machine.Inputs.Texts.Count > given || machine.Links.Any(link => link.Received > 0);
    }
}
