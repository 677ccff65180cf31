using System.Text.RegularExpressions;
using PpcJit.Cli.Reports;
using PpcJit.Jit.Code;
using PpcJit.Jit.Compiling;
using PpcJit.Jit.Decoding;
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
    private const string LinearSegment = "linear-segment";

    /// <summary>Compiles the region at the first word of a file's code.</summary>
    public static RegionTexts Compile(RegionFile file, IEnumerable<string> settings)
    {
        JitOptions options = new() { KeepListings = true };
        int segment = -1;
        foreach (string setting in settings)
        {
            // No setting of the jit, but what the engine sees when a region becomes hot.
            if (setting == LinearSegment)
                segment = 0;
            else
                Assert.That(options.TryApply(setting, out options), $"{file.Name}: there is no setting {setting}");
        }

        DecodedInstruction[] page = Decode(file);
        Region region = RegionCompiler.Compile(page, PageAddress, 0, segment, options)!;
        return new RegionTexts([.. region.Plan!], [.. Normal(region.Listing!)], [.. NativeCode.Lines(region.Code)]);
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
