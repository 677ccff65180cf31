using System.Globalization;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Timelines;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Counting;

/// <summary>What was counted, for people and as JSON.</summary>
internal static class CountReport
{
    private static readonly PeerClass[] PeerClasses = Enum.GetValues<PeerClass>();
    private static readonly HostClass[] Classes = Enum.GetValues<HostClass>();

    /// <summary>Leaves out what needs the Linux guest when that is not built.</summary>
    public static IReadOnlyList<Subject> WithImages(IReadOnlyList<Subject> subjects, string? folder, Action<string> say)
    {
        if (!subjects.Any(subject => subject.Kind == SubjectKind.Linux))
            return subjects;
        try
        {
            LinuxImage.Find(folder);
            return subjects;
        }
        catch (BenchException error) when (folder is null)
        {
            say($"left out what runs in Linux: {error.Message}");
            return [.. subjects.Where(subject => subject.Kind != SubjectKind.Linux)];
        }
    }

    /// <summary>Prints a table, and the regions in which most was executed.</summary>
    public static void Print(IReadOnlyList<SubjectCount> counts, int regions)
    {
        Cells.Print(["host for each guest instruction", "all", .. Classes.Select(Title), "outside"],
            counts.Select(Row));
        foreach (SubjectCount count in regions > 0 ? counts : [])
        {
            Cells.Print([count.Name, "host", "part", .. Classes.Select(Title)], count.Regions.Take(regions).Select(region =>
                (IEnumerable<string>)[$"{region.Address:x8}", $"{region.Host}", Percent(region.Host, count.Host),
                    .. Classes.Select(one => Percent(region.Classes[one], region.Host))]));
        }
    }

    /// <summary>Prints the machine code of the regions in which most was executed, with what each instruction is for and how often it ran.</summary>
    public static void PrintCode(IReadOnlyList<SubjectCount> counts, int regions)
    {
        foreach (SubjectCount count in counts)
        {
            foreach (RegionCount region in count.Regions.Take(regions))
            {
                Console.Out.WriteLine($"{count.Name}: the region at {region.Address:x8}");
                foreach (CountedInstruction line in region.Code)
                    Console.Out.WriteLine($"  {line.Times,8} {Title(line.Class),-11} {line.Offset:x4} {line.Text}");
            }
        }
    }

    /// <summary>Prints what QEMU executes for the same programs, beside what PpcJit does.</summary>
    public static void Print(IReadOnlyList<SubjectCount> counts, IReadOnlyList<PeerCount> peers)
    {
        if (peers.Count == 0)
            return;
        Cells.Print(["host for each guest instruction", "PpcJit", "QEMU", "QEMU over PpcJit", .. PeerClasses.Select(one => $"QEMU's {Title(one)}")],
            peers.Select(peer => (IEnumerable<string>)[peer.Name, Number(Own(peer)), Number(peer.HostPerGuest),
                Number(peer.HostPerGuest / Own(peer)), .. PeerClasses.Select(one => Number(peer.PerGuest(one)))]));
        double Own(PeerCount peer) => counts.First(count => count.Name == peer.Name).HostPerGuest;
    }

    /// <summary>Everything as JSON.</summary>
    public static string Json(IReadOnlyList<SubjectCount> counts, IReadOnlyList<string> switches) => JsonText.Of(new
    {
        Runtime = Environment.Version.ToString(),
        Counter.HostSettings,
        Switches = switches,
        Subjects = counts.Select(count => new
        {
            count.Name, count.Instructions, count.Cold, count.Host, count.Outside, count.HostPerGuest,
            Classes = Classes.ToDictionary(Title, count.PerGuest),
            Regions = count.Regions.Select(region => new
            {
                Address = $"{region.Address:x8}", region.Host, Classes = region.Classes.ToDictionary(pair => Title(pair.Key), pair => pair.Value),
            }),
        }),
    });

    private static IEnumerable<string> Row(SubjectCount count) =>
    [
        count.Name, Number(count.HostPerGuest), .. Classes.Select(one => Number(count.PerGuest(one))),
        Number((double)count.Outside / count.Instructions),
    ];

    private static string Title(HostClass one) => one switch
    {
        HostClass.LookUps => "look-ups",
        HostClass.HeldChecks => "held checks",
        HostClass.EntryExit => "entry, exit",
        HostClass.Conditions => "CR, CA",
        _ => one.ToString().ToLowerInvariant(),
    };

    private static string Title(PeerClass one) => one switch
    {
        PeerClass.LookUps => "look-ups",
        PeerClass.RunLoop => "run loop",
        _ => one.ToString().ToLowerInvariant(),
    };

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F0} %");
}
