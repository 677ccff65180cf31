using System.Text.RegularExpressions;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Tests.Debugging;
using PpcJit.Lab.Why;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Why;

/// <summary>The guest with planted faults, guests/corpus: each has a name, a symptom, and the source line of its cause.</summary>
internal static partial class FaultCorpus
{
    private const ulong MaxRun = 1_000_000;

    private static readonly LineTable Lines = LineTable.Read(ReadFile("corpus.debug"))!;

    /// <summary>The faults, with the source line of each one's cause as <c>file.c:12</c>.</summary>
    public static IReadOnlyList<(string Name, string Cause)> All { get; } = [.. Causes().OrderBy(fault => fault.Name, StringComparer.Ordinal)];

    /// <summary>Runs a fault to its symptom and follows the wrong value, which panic() gets in r3.</summary>
    /// <returns>The links, the newest first, and the last count.</returns>
    public static (CausalLink[] Links, ulong Count) Follow(string fault, bool jit, SliceOptions options)
    {
        using Board board = TestBoard.Create();
        using IEngine engine = jit ? new JitEngine(board.Processor, new JitOptions { Threshold = 20 }) : new InterpreterEngine(board.Processor);
        ImageBytes image = ReadFile("corpus.elf");
        LoadedGuest guest = GuestLoader.Load(
            board, image.Memory, "corpus", TestBoard.Options with { CommandLine = $"fault={fault} depth=60 scale=32" });
        GuestMachine machine = new(board, engine, new KeyConsole());
        machine.SetPrompt(default);
        machine.GiveText("abcdefghi\n"u8, "keys: "u8);
        using Timeline timeline = new(machine);
        Assert.That(guest.Symbols!.TryFind("panic", out Symbol? panic), Is.True);
        Hit? symptom = timeline.FindNext(new ExecProbe(panic!.Address), MaxRun).Hit;
        Assert.That(symptom, Is.Not.Null, $"{fault} has no symptom");
        DebugNames names = new(board, guest.Symbols) { SourceLine = address => LineOf(address) };
        CausalLink newest = new DynamicSlice(timeline, names, options).Follow(ValuePlace.Gpr(3));
        return ([.. newest.NewestFirst()], machine.Count);
    }

    /// <summary>Gives which link, from 1, is the first that is in a source line or was called from it; null for none.</summary>
    public static int? RankOf(string cause, IReadOnlyList<CausalLink> links)
    {
        for (int n = 0; n < links.Count; n++)
        {
            if (links[n].At is not null && (links[n].Source == cause || links[n].Caller?.EndsWith(" " + cause, StringComparison.Ordinal) == true))
                return n + 1;
        }

        return null;
    }

    private static string? LineOf(uint address) =>
        Lines.Find(address) is { } line ? $"{Path.GetFileName(line.File)}:{line.Line}" : null;

    private static ImageBytes ReadFile(string name) => new(name, File.ReadAllBytes(HostTool.RepositoryFile($"guests/corpus/{name}")));

    private static IEnumerable<(string Name, string Cause)> Causes()
    {
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(HostTool.RepositoryFile("guests/corpus/kernel.c"))!))
        {
            if (Path.GetExtension(file) is not (".c" or ".S"))
                continue;
            foreach ((int number, string line) in File.ReadLines(file).Index())
            {
                if (Mark().Match(line) is { Success: true } mark)
                    yield return (mark.Groups["name"].Value, $"{Path.GetFileName(file)}:{number + 1}");
            }
        }
    }

    [GeneratedRegex(@"/\* cause: (?<name>\w+)")]
    private static partial Regex Mark();
}
