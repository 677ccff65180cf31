using PpcJit.Inspector.Readings;
using PpcJit.Inspector.Targets;

namespace PpcJit.Inspector.Sampling;

/// <summary>Where the samples fell.</summary>
internal sealed class SampleProfile
{
    private readonly Dictionary<(Part Part, bool IsGuest), int> _parts = [];
    private readonly Dictionary<NativeMethod, List<ulong>> _regions = [];

    /// <summary>All samples.</summary>
    public int Count { get; private set; }

    /// <summary>Those of the guest's thread.</summary>
    public int GuestCount { get; private set; }

    /// <summary>Regions by falling number of samples.</summary>
    public IReadOnlyList<HotRegion> Hottest { get; private set; } = [];

    /// <summary>How many samples fell into a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isGuest">On the guest's thread, or on all others.</param>
    public int In(Part part, bool isGuest) => _parts.GetValueOrDefault((part, isGuest));

    /// <summary>Attributes samples that were taken between two readings.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="before">What was held before.</param>
    /// <param name="after">What is held now.</param>
    /// <param name="look">The process, which stands still.</param>
    /// <param name="process">Its number.</param>
    public static SampleProfile Of(IReadOnlyList<Sample> samples, Reading before, Reading after, Look look, int process)
    {
        SampleProfile profile = new();
        Places places = new(before, after, look, process);
        HashSet<int> guestThreads = [.. after.Threads.Where(thread => thread.IsGuest).Select(thread => thread.Id)];
        foreach (Sample sample in samples)
        {
            (Part part, NativeMethod? region) = places.At(sample.Address);
            bool isGuest = guestThreads.Contains(sample.Thread);
            profile._parts[(part, isGuest)] = profile.In(part, isGuest) + 1;
            profile.Count++;
            profile.GuestCount += isGuest ? 1 : 0;
            if (region is null)
                continue;
            if (!profile._regions.TryGetValue(region, out List<ulong>? hits))
                profile._regions[region] = hits = [];
            hits.Add(sample.Address);
        }

        Dictionary<ulong, RegionReading> described = [];
        foreach (RegionReading one in after.Regions)
            described.TryAdd(one.Code, one);
        profile.Hottest =
        [
            .. from pair in profile._regions
               orderby pair.Value.Count descending, pair.Key.Start
               select new HotRegion(
                   pair.Key, described.GetValueOrDefault(pair.Key.Start), pair.Value, look.Bytes(pair.Key.Start, (int)pair.Key.HotSize)),
        ];
        return profile;
    }

    /// <summary>Finds what is at a host address.</summary>
    private sealed class Places(Reading before, Reading after, Look look, int process)
    {
        // What is held now comes first: the same place may have had other code before.
        private readonly IReadOnlyList<NativeMethod>[] _held = [after.Methods, before.Methods];
        private readonly IReadOnlyList<MappedFile> _files = ProcFiles.FilesOf(process);
        private readonly Dictionary<ulong, (Part, NativeMethod?)> _known = [];

        public (Part Part, NativeMethod? Region) At(ulong address)
        {
            if (!_known.TryGetValue(address, out (Part, NativeMethod?) found))
                _known[address] = found = Find(address);
            return found;
        }

        private (Part, NativeMethod?) Find(ulong address)
        {
            foreach (IReadOnlyList<NativeMethod> methods in _held)
            {
                if (methods.LastOrDefault(method => method.Start <= address) is { } method && address < method.End)
                    return method.GuestAddress is null ? (Part.OtherManaged, null) : (Part.Region, method);
            }

            if (_files.FirstOrDefault(file => address >= file.Start && address < file.End) is { Path: { } path }
                && Parts.OfFile(path) is not Part.Other and Part part)
                return (part, null);
            if (CodeHeapReading.DynamicHeaps(look.Runtime).Any(heap => heap.Contains(address)))
                return (Part.GoneCode, null);
            return look.MethodAt(address) is { } name ? (Parts.OfMethod(name), null) : (Part.Other, null);
        }
    }
}

/// <summary>A region in which samples fell.</summary>
/// <param name="Method">Its machine code.</param>
/// <param name="Region">What the engine says of it; null when the region has gone.</param>
/// <param name="Hits">The addresses at which the samples were.</param>
/// <param name="Code">Its machine code as bytes.</param>
internal sealed record HotRegion(NativeMethod Method, RegionReading? Region, IReadOnlyList<ulong> Hits, byte[] Code);
