using System.Text.RegularExpressions;
using PpcJit.Cli.Reports;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Finding;
using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Regions;

/// <summary>What a region became, as lines of text.</summary>
/// <param name="Plan">A line for each block: where it is, and what the analysis found.</param>
/// <param name="Il">Guest instructions, each with its IL.</param>
/// <param name="Host">The host's instructions.</param>
internal sealed partial record RegionTexts(string[] Plan, string[] Il, string[] Host)
{
    private const uint PageAddress = TestMachine.CodeBase;

    /// <summary>Compiles the region at the first word of a file's code.</summary>
    public static RegionTexts Compile(RegionFile file, IEnumerable<string> settings)
    {
        JitOptions options = new() { KeepListings = true };
        foreach (string setting in settings)
            Assert.That(options.TryApply(setting, out options), $"{file.Name}: there is no setting {setting}");
        DecodedInstruction[] page = Decode(file);
        RegionPlan plan = RegionFinder.Find([.. page], PageAddress, 0, options)!;
        Region region = RegionCompiler.Compile(page, PageAddress, 0, options)!;
        return new RegionTexts([.. plan.Blocks.Select(Describe)], [.. Normal(region.Listing!)], [.. NativeCode.Lines(region.Code)]);

        string Describe(RegionBlock block) => string.Join(' ', Facts(plan, block));
    }

    private static DecodedInstruction[] Decode(RegionFile file)
    {
        using TestMachine machine = new();
        machine.Put(PageAddress, file.Code);
        DecodedInstruction[] page = new DecodedInstruction[CodePage.Words];
        for (int n = 0; n < CodePage.Words && machine.Read(PageAddress + (uint)(4 * n)) != 0; n++)
        {
            string? mark = file.Marks.GetValueOrDefault(n);
            if (mark == "never executed")
                continue;
            page[n] = DecodedInstruction.From(machine.Read(PageAddress + (uint)(4 * n)));
            page[n].Marks = mark switch
            {
                "beside code" => InstructionMarks.StoresBesideCode,
                "jump target" => InstructionMarks.JumpTarget,
                "crosses pages" => InstructionMarks.CrossesPages,
                "loads alone" => InstructionMarks.LoadsAlone,
                _ => InstructionMarks.None,
            };
            Assert.That(mark, Is.Null.Or.EqualTo("beside code").Or.EqualTo("crosses pages").Or.EqualTo("jump target")
                .Or.EqualTo("loads alone"), file.Name);
        }

        return page;
    }

    private static IEnumerable<string> Facts(RegionPlan plan, RegionBlock block)
    {
        yield return $"block {4 * block.First:x3} length {block.Instructions.Length}";
        if (plan.Entries.Contains(block))
            yield return "entry";
        if (block.Loop is not null)
            yield return "in-loop";
        yield return $"longest-path {block.LongestPath}";
        yield return $"ends {block.End}";
        yield return $"to {string.Join(',', block.Successors.Select(successor => $"{4 * successor.First:x3}"))}";
        yield return $"live-in {Names(block.LiveIn)}";
        yield return $"changed {Names(block.ChangedAtEnd)}";
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            if (block.GroupOf(n) is { } access && !block.IsFoundBefore(n))
                yield return $"group {4 * (block.First + n):x3} accesses {access.Group.Count} bytes {access.Group.Span}"
                    + (access.Group.IsStore ? " to store" : "");
        }

        if (block.JumpTargets.Count > 0)
            yield return $"jumps-to {string.Join(',', block.JumpTargets.Select(target => $"{4 * target.First:x3}"))}";
        if (block.Callee is { } callee)
            yield return $"calls {4 * callee.First:x3}";
        if (block.Returns.Count > 0)
            yield return $"returns-to {string.Join(',', block.Returns.Select(after => $"{4 * after.First:x3}"))}";
        if (block.Version is { } version)
            yield return $"unchecked {string.Join(',', version.Bases.Select(stepped => $"{stepped.Address.NameOf("")}+{stepped.Step}"))}";
    }

    private static string Names(ulong resources) =>
        string.Join(',', Enumerable.Range(0, Resources.Count).Where(n => ((resources >> n) & 1) != 0).Select(Resources.NameOf));

    /// <summary>Labels are numbered as they come, so that one more or less elsewhere makes no difference.</summary>
    private static IEnumerable<string> Normal(IEnumerable<ListingLine> listing)
    {
        Dictionary<string, string> labels = [];
        foreach (ListingLine line in listing)
        {
            string text = Label().Replace(line.Text, found =>
            {
                if (!labels.TryGetValue(found.Value, out string? name))
                    labels[found.Value] = name = $"L{labels.Count}";
                return name;
            });
            yield return line.Address is { } address ? $"{address - PageAddress:x3}: {text}" : text;
        }
    }

    [GeneratedRegex(@"\bL\d+\b")]
    private static partial Regex Label();
}
