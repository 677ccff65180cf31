using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>
/// QEMU shares no code with us, and is right about instructions without privileges except those that the generator leaves out. As a user
/// program's emulator it
/// has a 405 in every version; its boards come and go.
/// </summary>
public sealed class QemuJudge : IJudge
{
    private const string UserProgram = "qemu-ppc";
    private const string SystemProgram = "qemu-system-ppc";
    private const string Cpu = "405ep";

    /// <summary>More than the lines of any image.</summary>
    private const int MaxText = 64 << 20;

    /// <summary>Far longer than any image takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Those of its boards on which images run, the best first: a 405, or a 440 with the same UART, which no reset ends.</summary>
    private static readonly (string Name, string[] Options)[] Boards = [("ref405ep", []), ("taihu", []), ("bamboo", ["-nic", "none"])];

    private readonly string _program;
    private readonly string[] _arguments;
    private readonly string _imageOption;

    private QemuJudge(string name, JudgedMachine machine, string program, string[] arguments, string imageOption)
    {
        (Name, Machine, _program) = (name, machine, program);
        (_arguments, _imageOption) = (arguments, imageOption);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public JudgedMachine Machine { get; }

    /// <summary>Finds those that the host has: the user program's emulator first, then one with a board.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static IReadOnlyList<QemuJudge> FindAll()
    {
        List<QemuJudge> found = [];
        if (Ask(UserProgram, "-cpu", "help") is { } processors && Words(processors).Contains(Cpu))
            found.Add(new QemuJudge(UserProgram, JudgedMachine.Process, UserProgram, ["-cpu", Cpu], ""));
        if (Ask(SystemProgram, "-M", "help") is { } boards)
        {
            string[] known = Words(boards);
            foreach ((string board, string[] options) in Boards.Where(board => known.Contains(board.Name)).Take(1))
            {
                string[] arguments = ["-M", board, .. options, "-display", "none", "-monitor", "none", "-no-reboot", "-serial", "stdio"];
                found.Add(new QemuJudge($"{SystemProgram} ({board})", JudgedMachine.Board, SystemProgram, arguments, "-kernel"));
            }
        }

        return found.Count > 0 ? found : throw new InputException(
            $"Neither {UserProgram} (with a {Cpu}) nor {SystemProgram} (with "
                + $"{string.Join(" or ", Boards.Select(board => board.Name))}) can be started. Debian: apt-get install qemu-user");
    }

    /// <inheritdoc/>
    /// <exception cref="OutputException">The image cannot be written for it: a full disk, for example.</exception>
    public IReadOnlyList<string> Run(byte[] image)
    {
        using PassingFile file = new("the image for the judge,", image, isProgram: Machine == JudgedMachine.Process);
        string[] named = _imageOption.Length == 0 ? [file.FilePath] : [_imageOption, file.FilePath];
        using Process process = Start(_program, [.. _arguments, .. named]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using Timer impatience = new(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        string text = ReadToEnd(process.StandardOutput);
        if (text.EndsWith($"{JudgeImage.End}\n", StringComparison.Ordinal))
        {
            // Not on every board does the image's reset end it
            process.Kill();
            process.WaitForExit();
            return JudgeText.Lines(Name, text);
        }

        process.WaitForExit();
        string said = errors.Result.Trim();
        return process.ExitCode == 0 && said.Length == 0
            ? JudgeText.Lines(Name, text)
            : throw new InputException($"{Name} ended with exit code {process.ExitCode} ahead of the end of the programs; the "
                + $"last that it printed was '{text.TrimEnd().Split('\n')[^1]}' {said}");
    }

    /// <summary>Reads up to the line that ends an image, or as far as there is anything.</summary>
    private static string ReadToEnd(StreamReader output)
    {
        StringBuilder text = new();
        while (text.Length < MaxText && output.ReadLine() is { } line)
        {
            text.Append(line).Append('\n');
            if (line == JudgeImage.End)
                break;
        }

        return text.ToString();
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Gives what a program prints when it is asked what it has; null when it cannot be started.</summary>
    private static string? Ask(string program, params string[] arguments)
    {
        try
        {
            using Process process = Start(program, arguments);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return text + errors.Result;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
