using System.ComponentModel;
using System.Diagnostics;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>
/// QEMU's Ref405ep: shares no code with us, and is right about instructions without privileges except those that the
/// generator leaves out.
/// </summary>
public sealed class QemuJudge : IJudge
{
    /// <summary>The program.</summary>
    public const string Program = "qemu-system-ppc";

    /// <summary>Far longer than any image takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => "QEMU";

    /// <inheritdoc/>
    /// <exception cref="OutputException">The image cannot be written for it: a full disk, for example.</exception>
    public IReadOnlyList<string> Run(byte[] image)
    {
        using PassingFile file = new("the image for the judge,", image);
        return JudgeText.Lines(Name, Execute(file.FilePath));
    }

    private static string Execute(string image)
    {
        ProcessStartInfo start = new(Program, ["-M", "ref405ep", "-display", "none", "-monitor", "none", "-no-reboot",
            "-serial", "stdio", "-kernel", image])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new InputException($"{Program} did not end within {Patience.TotalMinutes:f0} minutes.");
        }

        if (process.ExitCode != 0)
            throw new InputException($"{Program} ended with exit code {process.ExitCode}: {errors.Result.Trim()}");
        return output.Result;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InputException($"{Program} cannot be started ({error.Message}). Debian: apt-get install "
                + "qemu-system-ppc; versions from 10.0 on lack the board.", error);
        }
    }
}
