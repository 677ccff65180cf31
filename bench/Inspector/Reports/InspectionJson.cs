using PpcJit.Inspector.Readings;
using PpcJit.Inspector.Sampling;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Reports;

/// <summary>What was found, for programs. Addresses are hexadecimal text.</summary>
internal static class InspectionJson
{
    /// <summary>Gives the report.</summary>
    /// <param name="inspection">What was found.</param>
    /// <param name="listings">How many of the hottest regions are given with their code.</param>
    public static string Of(Inspection inspection, int listings)
    {
        Reading reading = inspection.Reading;
        SampleProfile profile = inspection.Profile;
        BoundRow[] bounds = [.. Bounds.Of(reading)];
        return JsonText.Of(new
        {
            inspection.Process,
            Bounded = bounds.All(row => row.Holds),
            Bounds = bounds,
            reading.Engines,
            reading.Memory,
            reading.CodeHeaps,
            reading.Heap,
            reading.NativeHeaps,
            reading.Threads,
            reading.Objects,
            Regions = reading.Methods.Select(
                method => new
                {
                    method.Name,
                    Guest = method.GuestAddress?.ToString("x8"),
                    Host = Host(method.Start),
                    method.HotSize,
                    method.ColdSize,
                    method.Size,
                }),
            Pages = reading.Methods.Where(method => method.GuestAddress is not null)
                .GroupBy(method => method.GuestAddress!.Value & ~0xfffu).OrderBy(page => page.Key)
                .Select(page => new { Guest = page.Key.ToString("x8"), Regions = page.Count(), Bytes = page.Sum(method => method.Size) }),
            Samples = new
            {
                All = profile.Count,
                Guest = profile.GuestCount,
                Parts = Enum.GetValues<Part>()
                    .Select(part => new
                    {
                        Part = Parts.Title(part),
                        Guest = profile.In(part, isGuest: true),
                        Others = profile.In(part, isGuest: false),
                    }),
            },
            Hottest = profile.Hottest.Select((hot, rank) => Describe(hot, rank < listings)),
        });
    }

    private static object Describe(HotRegion hot, bool withCode) => new
    {
        Guest = hot.Method.GuestAddress?.ToString("x8"),
        Samples = hot.Hits.Count,
        hot.Method.Size,
        hot.Region?.Instructions,
        hot.Region?.IlBytes,
        hot.Region?.CompileMicroseconds,
        GuestCode = withCode
            ? hot.Region?.GuestCode.Select(
                line => new { Address = line.Address.ToString("x8"), Word = line.Word.ToString("x8"), line.Text })
            : null,
        HostCode = withCode ? NativeListing.Of(hot) : null,
    };

    private static string Host(ulong address) => address.ToString("x");
}
